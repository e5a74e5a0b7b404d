/*
 * What the shell's commands tell, as lines of JSON, of which each says its kind
 * (docs/json/shell.schema.json). Used by the commands in place of text where the session is to.
 */
#ifndef SCARD_SHELL_JSONLINE_H
#define SCARD_SHELL_JSONLINE_H

#include <stdint.h>

#include "shell/listing.h"
#include "transfer/filecopy.h"

/* "entry": a file or directory that is there, and what the card says of it. */
void jsonline_entry(const struct listing_entry *entry);

/* "description": the same of one that was asked for, with the bytes of what the card said. */
void jsonline_description(const char *place, const struct facts *facts);

/* "card": the reader, and the card in it. name NULL: nobody knows it; atr_size 0: there is none. */
void jsonline_card(const char *reader, const uint8_t *atr, size_t atr_size, const char *name);

/* "content": what is in a file. */
void jsonline_content(const char *place, const struct filecopy *copy);

/* "directory": the one that is the current one now. */
void jsonline_directory(const char *place);

/* "copied": a file that was brought to disk (`file`), or from there. */
void jsonline_copied(const char *place, const char *file, const struct filecopy *copy);

/* "code": a code that was verified or changed, by its number. */
void jsonline_code(const char *number, const char *done);

#endif
