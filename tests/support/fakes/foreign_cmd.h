/*
 * An ISCardCmd that is not this library's: what a program with an implementation of its own, or a proxy,
 * brings. It has what ISCard::Transaction needs of it; everything else is E_NOTIMPL.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_FAKES_FOREIGN_CMD_H
#define SCARDSSP_TESTS_SUPPORT_FAKES_FOREIGN_CMD_H

#include "com/win.h"

/* One with this APDU ("" for none) and one reference. */
ISCardCmd *foreign_cmd_create(const char *hex);

/* Changes its APDU. */
void foreign_cmd_set(ISCardCmd *cmd, const char *hex);

/* What was put as its reply, in hex. Static text. */
const char *foreign_cmd_reply(ISCardCmd *cmd);

#endif
