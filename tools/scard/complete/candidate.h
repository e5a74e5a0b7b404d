/*
 * Words that may stand on the command line, as the completions of shells get them: a line each, what it means
 * behind a tabulator, or, where the shell knows better, a line that names what it has to find. Used by
 * walk.c.
 */
#ifndef SCARD_CANDIDATE_H
#define SCARD_CANDIDATE_H

/* Where they go. */
struct candidates {
    const char *typed;  /* what they begin with; others are left out */
    const char *before; /* what stands before each on the line, as "--reader="; "" */
};

/* Tells one; help: what it means, up to the end of its first sentence, or NULL. */
void candidate_tell(const struct candidates *candidates, const char *word, const char *help);

/* What a shell finds itself. */
void candidate_tell_files(void);
void candidate_tell_folders(void);
void candidate_tell_programs(void);

/*
 * Tells what may stand for a name of the tables, as "READER" or "FILE": readers there are, files. Nothing for
 * one that is anybody's own.
 */
void candidate_tell_named(const struct candidates *candidates, const char *name);

#endif
