/*
 * The files of a card that is a script (fakes/scripted_link.h), for tests of services/: how such a case
 * begins, and places by their spelling.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_KITS_SCRIPTEDFILES_H
#define SCARDSSP_TESTS_SUPPORT_KITS_SCRIPTEDFILES_H

#include "services/openfile.h"
#include "support/fakes/scripted_link.h"
#include "support/kits/com.h"

/* Begins a case of cmocka's over these steps: `card`, and `files` over it. scripted_link_end() ends it. */
#define SCRIPTED_FILES(...)                                                                                  \
    static const struct scripted_step steps[] = {__VA_ARGS__};                                               \
    struct scripted_link card;                                                                               \
    struct filesystem files = {0};                                                                           \
    (void)state;                                                                                             \
    scripted_link_init(&card, steps, sizeof steps / sizeof steps[0]);                                        \
    filesystem_begin(&files, &card.link)

/* The place that the text means in the current directory; the test fails where it means none. */
struct path scriptedfiles_at(const struct filesystem *files, REFTYPE type, const char *text);

/* Opens the file there; the codes of openfile_open(). */
HRESULT scriptedfiles_open(struct filesystem *files, REFTYPE type, const char *text, struct openfile *file);

#endif
