/* What files the system has, below its root folder (root.h). Linux only. */
#ifndef SCARD_PLACE_H
#define SCARD_PLACE_H

#include <stdbool.h>
#include <stddef.h>

/* Whether something is there, a link to nowhere included. */
bool place_is_there(const char *path);

/* Whether it is a link to this path. */
bool place_leads_to(const char *path, const char *target);

/* Bytes of the longest path below a root, with its NUL. */
#define PLACE_MAX 512

/* The path as it is below the root; out has PLACE_MAX bytes. */
const char *place_path(const char *path, char *out);

#endif
