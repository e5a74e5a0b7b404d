/*
 * The arrays of a profile's table: where they lie in it, how long a row is, and what is wrong with one. Used
 * by profileintake.c.
 */
#ifndef SCARDSSP_SERVICES_PROFILEROWS_H
#define SCARDSSP_SERVICES_PROFILEROWS_H

#include "services/profile.h"

struct profilerows {
    const char *name; /* the member, for people */
    size_t rows_at;   /* where in the table the pointer is */
    size_t count_at;  /* and the number of rows */
    size_t row_size;  /* bytes */
    /* What is wrong with the row, static; NULL: nothing. */
    const char *(*fault)(const struct scardssp_profile *profile, const void *row);
    /* Whether two rows speak of the same, which they must not; NULL: they may. */
    bool (*same)(const void *one, const void *other);
};

/* All arrays there are; *count of them. */
const struct profilerows *profilerows_all(size_t *count);

/* What is wrong with the form, static; NULL: nothing. */
const char *profilerows_form_fault(const struct scardssp_profile_form *form);

#endif
