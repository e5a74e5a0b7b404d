/*
 * badge.c: a profile, complete: a shared object with one table, by which ISCardManage and what it makes know
 * the badges of a vendor. Programs then open "Rooms" instead of B001, and show PIN 1 as it is typed; that the
 * card wants it as reference 81, filled up with FF to 8 bytes, stands here. badge.provider says where this
 * is; docs/services.md goes through it line by line.
 */
#include <string.h>

#include "scardssp_profile.h"

#define ROWS(rows) (sizeof(rows) / sizeof *(rows))

/* The application on the badge: any version of it. */
static const struct scardssp_profile_aid aids[] = {{.size = 5, .bytes = {0xF0, 0x41, 0x43, 0x4D, 0x45}}};

/* What Directory asks for, and what the files are called. */
static const struct scardssp_profile_range ranges[] = {{0x0001, 0x0001}, {0xB001, 0xB00F}};
static const struct scardssp_profile_file files[] = {
    {.name = "Holder", .depth = 1, .ids = {0x0001}},
    {.name = "Rooms", .depth = 1, .ids = {0xB001}},
};

/* PIN 1 of 4 to 8 digits. */
static const struct scardssp_profile_code codes[] = {
    {.asked = 1, .reference = 0x81, .form = {.size = 8, .pad = 0xFF, .least = 4, .most = 8}}};

/* The only key; programs need not name it. */
static const struct scardssp_profile_key keys[] = {{.asked = 0, .reference = 0x83}};

static const struct scardssp_profile badge = {
    .size = sizeof badge,
    .name = "acme-badge",
    .aids = aids,
    .aid_count = ROWS(aids),
    .ranges = ranges,
    .range_count = ROWS(ranges),
    .files = files,
    .file_count = ROWS(files),
    .codes = codes,
    .code_count = ROWS(codes),
    .keys = keys,
    .key_count = ROWS(keys),
};

const struct scardssp_profile *ScardsspGetProfile(const char *name) {
    return strcmp(name, badge.name) == 0 ? &badge : NULL;
}
