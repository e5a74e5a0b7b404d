/*
 * What `scard providers` says of itself, which differs with how a system finds classes. Used by
 * cmd_providers.c.
 */
#ifndef SCARD_PROVIDERS_WORDS_H
#define SCARD_PROVIDERS_WORDS_H

/* The words on it in its help. */
extern const char providers_summary[];
extern const char providers_notes[];

/* What there is a number of when it ends with EXIT_CARD. */
extern const char providers_unusable[];

#endif
