/* Words for the completions of shells: see candidate.h. */
#include "complete/candidate.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "scardssp_db.h"
#include "scardssp_rm.h"
#include "scardssp_sim.h"
#include "talk/cardname.h"
#include "talk/reader.h"

#define HELP_MAX 70

/* A line is a word: what would end it, or drive a terminal, is none. */
static bool is_safe(const char *word) {
    for (; *word != '\0'; ++word)
        if ((unsigned char)*word < 0x20 || *word == 0x7F)
            return false;
    return true;
}

/* Up to the first stop or semicolon, and not too much of it. */
static size_t first_part(const char *help) {
    size_t size = strcspn(help, ".;\n\t");
    while (size > HELP_MAX && help[size - 1] != ' ')
        --size;
    return size;
}

void candidate_tell(const struct candidates *candidates, const char *word, const char *help) {
    if (strncmp(word, candidates->typed, strlen(candidates->typed)) != 0 || !is_safe(word))
        return;
    printf("%s%s", candidates->before, word);
    if (help && is_safe(help))
        printf("\t%.*s", (int)first_part(help), help);
    putchar('\n');
}

void candidate_tell_files(void) {
    puts(":files");
}

void candidate_tell_folders(void) {
    puts(":folders");
}

void candidate_tell_programs(void) {
    puts(":programs");
}

/* By their names, with the card in each. A service that is not there has none. */
static void tell_readers(const struct candidates *candidates) {
    struct reader_list list;
    char card[CARDNAME_MAX];
    if (reader_list_get(&list) != 0)
        return;
    for (size_t i = 0; i < list.count; ++i) {
        const struct scardssp_reader_state *state = &list.readers[i].state;
        candidate_tell(candidates, list.readers[i].name,
                       cardname_find(state->atr, state->atr_size, card) ? card
                                                                        : reader_state_text(state->state));
    }
    reader_list_free(&list);
}

static int tell_name(void *user, const char *name) {
    candidate_tell(user, name, NULL);
    return 0;
}

static int tell_type(void *user, const struct scardssp_card_type *type) {
    return tell_name(user, type->name);
}

static void tell_backend(void *user, const struct scardssp_backend *backend) {
    candidate_tell(user, backend->name, backend->summary);
}

static void tell_images(const struct candidates *candidates) {
    const char *name = NULL, *summary = NULL;
    for (uint32_t i = 0; (name = scardssp_sim_image(i, &summary)) != NULL; ++i)
        candidate_tell(candidates, name, summary);
    candidate_tell_files();
}

static bool is_file(const char *name) {
    static const char *const files[] = {"FILE", "LEFT", "OUT", "RIGHT"};
    bool found = false;
    for (size_t i = 0; i < sizeof files / sizeof files[0] && !found; ++i)
        found = strcmp(name, files[i]) == 0;
    return found;
}

void candidate_tell_named(const struct candidates *candidates, const char *name) {
    struct candidates user = *candidates;
    if (strcmp(name, "READER") == 0)
        tell_readers(candidates);
    else if (is_file(name))
        candidate_tell_files();
    else if (strcmp(name, "FOLDER") == 0)
        candidate_tell_folders();
    else if (strcmp(name, "COMMAND") == 0 || strcmp(name, "PROGRAM") == 0)
        candidate_tell_programs();
    else if (strcmp(name, "IMAGE") == 0)
        tell_images(candidates);
    else if (strcmp(name, "GROUP") == 0)
        (void)scardssp_db_groups(tell_name, &user, NULL, 0);
    else if (strcmp(name, "NAME") == 0)
        (void)scardssp_db_cards(NULL, 0, tell_type, &user, NULL, 0);
    else if (strcmp(name, "SPEC") == 0)
        (void)scardssp_list_backends(tell_backend, &user);
}
