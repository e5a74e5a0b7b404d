/* The time of day as text. For commands that tell what happens when. */
#ifndef SCARD_TIMESTAMP_H
#define SCARD_TIMESTAMP_H

#include <stddef.h>

/* Bytes that both take at most. */
#define TIMESTAMP_MAX 40

/* Now as people read it here: "14:03:59". room: TIMESTAMP_MAX. */
void timestamp_local(char *out, size_t room);

/* Now for programs, RFC 3339: "2024-05-01T12:03:59.123Z". room: TIMESTAMP_MAX. */
void timestamp_utc(char *out, size_t room);

#endif
