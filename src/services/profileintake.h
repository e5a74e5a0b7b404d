/*
 * A profile that a vendor brings (scardssp_profile.h), taken in: looked at as what comes from outside is, and
 * copied. Used by what loads the libraries of vendors.
 */
#ifndef SCARDSSP_SERVICES_PROFILEINTAKE_H
#define SCARDSSP_SERVICES_PROFILEINTAKE_H

#include "services/profile.h"

/* Bytes of a reason. */
#define PROFILEINTAKE_WHY_SIZE 160u

/*
 * A copy of the table, one piece of memory that the caller frees with free(); `name` is what it has to be
 * called. The table may be of another version, larger or smaller. NULL: it is refused, and `why` says what is
 * wrong with it; or out of memory, and `why` says that.
 */
struct scardssp_profile *profileintake_take(const struct scardssp_profile *given, const char *name,
                                            char why[PROFILEINTAKE_WHY_SIZE]);

#endif
