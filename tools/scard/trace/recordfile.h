/*
 * Reads a trace from a file, in the forms that hold whole calls: JSON Lines and pcapng. Called by the
 * commands.
 */
#ifndef SCARD_TRACE_RECORDFILE_H
#define SCARD_TRACE_RECORDFILE_H

#include "trace/entry.h"

/* What a file is, by how it begins. */
enum trace_form { TRACE_TEXT, TRACE_JSONL, TRACE_PCAPNG, TRACE_HTML };

/* Files are read whole; more than that is refused. */
#define RECORDFILE_MAX ((size_t)512 * 1024 * 1024)

/* What a file with this content is. */
enum trace_form recordfile_form(const char *text, size_t size);

/*
 * Reads the file whole into new memory, with a NUL behind it, for wipe_free(*text, *size). An exit code,
 * after a message.
 */
int recordfile_read(const char *path, char **text, size_t *size);

/*
 * The calls of a trace. A last line without an end, from a program that was killed or a full disk, is left
 * out, which is said on stderr. `joined`: what tells only that a call had begun is left out where its end
 * stands there, too. An exit code, after a message with the line or what is wrong; *list is empty then.
 */
int recordfile_load(const char *path, bool joined, struct trace_list *list);

#endif
