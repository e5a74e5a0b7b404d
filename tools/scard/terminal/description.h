/* The tables of the commands as programs read them. Called by `scard help --json`. */
#ifndef SCARD_DESCRIPTION_H
#define SCARD_DESCRIPTION_H

#include "terminal/json.h"
#include "terminal/table.h"

/*
 * Writes a command as an object: its name, what it does, its options and operands and, as "commands", those
 * of its family, each in the same way. key: as in json.h.
 */
void description_write(struct json *json, const char *key, const struct command *command);

#endif
