/* Who uses which reader, as far as it can be known. For `scard who` and `scard doctor`. */
#ifndef SCARD_USAGE_H
#define SCARD_USAGE_H

#include "doctor/holder.h"
#include "talk/reader.h"

struct usage {
    bool service;               /* readers of the PC/SC service are among those in use */
    bool own;                   /* readers that live in this program are: nobody else can use those */
    bool told;                  /* the system tells who is connected to the service */
    struct holder_list clients; /* who is, this program left out */
};

/* Finds it out. Ended by usage_free(). What cannot be found out is missing. */
void usage_find(struct usage *out);

/* Frees what usage_find() has found. */
void usage_free(struct usage *usage);

/* Whether a state says that somebody uses the reader. */
bool usage_is_used(uint32_t state);

/*
 * Whether all clients together are known to be the users of a reader that is used: there is one only, and no
 * other that cannot be seen. Otherwise each of them may be.
 */
bool usage_is_certain(const struct usage *usage);

#endif
