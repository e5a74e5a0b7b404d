/* Tables of vendors: see profileintake.h. Nothing they say is believed before it has been looked at. */
#include "services/profileintake.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apdu/iso7816.h"
#include "services/profilerows.h"

/* The first version ended with what is unused in this one. */
#define SIZE_LEAST                                                                                           \
    (offsetof(struct scardssp_profile, unused) + sizeof(((struct scardssp_profile *)0)->unused))
#define SIZE_MOST 4096u
#define FLAGS_KNOWN 0xFFu
#define IDS_MOST 4096u /* that a list of a directory asks for */
#define CLA_NONE 0xFFu
#define CLA_FIRST_KIND 0xE0u /* clear: a class whose bit 5 means command chaining (7816-4:2005 table 2) */
#define CLA_CHAINED 0x10u
#define ALIGNMENT alignof(max_align_t)

__attribute__((format(__printf__, 2, 3))) static bool refuse(char why[PROFILEINTAKE_WHY_SIZE],
                                                             const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(why, PROFILEINTAKE_WHY_SIZE, format, arguments);
    va_end(arguments);
    return false;
}

/* The version */

/* As much of the table as this library knows; a newer one must not say more than that. */
static bool read_table(const struct scardssp_profile *given, struct scardssp_profile *out,
                       char why[PROFILEINTAKE_WHY_SIZE]) {
    *out = (struct scardssp_profile){0};
    if (!given)
        return refuse(why, "ScardsspGetProfile knows no profile of this name");
    const uint32_t size = given->size;
    if (size < SIZE_LEAST || size > SIZE_MOST)
        return refuse(why, "size is %u, which sizeof(struct scardssp_profile) never was", (unsigned)size);
    for (size_t i = sizeof *out; i < size; ++i)
        if (((const unsigned char *)given)[i])
            return refuse(why, "it uses what a newer version of the library has (byte %zu of the table)", i);
    memcpy(out, given, size < sizeof *out ? size : sizeof *out);
    out->size = sizeof *out;
    return true;
}

/* The arrays */

static const void *rows_of(const struct scardssp_profile *profile, const struct profilerows *rows) {
    const void *first = NULL;
    memcpy(&first, (const char *)profile + rows->rows_at, sizeof first);
    return first;
}

static uint32_t count_of(const struct scardssp_profile *profile, const struct profilerows *rows) {
    uint32_t count = 0;
    memcpy(&count, (const char *)profile + rows->count_at, sizeof count);
    return count;
}

static bool check_same(const struct profilerows *rows, const char *first, uint32_t at,
                       char why[PROFILEINTAKE_WHY_SIZE]) {
    for (uint32_t i = 0; rows->same && i < at; ++i)
        if (rows->same(first + i * rows->row_size, first + at * rows->row_size))
            return refuse(why, "%s[%u] and [%u] are about the same", rows->name, (unsigned)i, (unsigned)at);
    return true;
}

static bool check_rows(const struct scardssp_profile *profile, const struct profilerows *rows,
                       char why[PROFILEINTAKE_WHY_SIZE]) {
    const char *const first = rows_of(profile, rows);
    const uint32_t count = count_of(profile, rows);
    if (count > SCARDSSP_PROFILE_ROWS)
        return refuse(why, "%s has %u rows, more than %d", rows->name, (unsigned)count,
                      SCARDSSP_PROFILE_ROWS);
    if (count && !first)
        return refuse(why, "%s is NULL, and has %u rows", rows->name, (unsigned)count);
    for (uint32_t i = 0; i < count; ++i) {
        const char *const fault = rows->fault(profile, first + i * rows->row_size);
        if (fault)
            return refuse(why, "%s[%u]: %s", rows->name, (unsigned)i, fault);
        if (!check_same(rows, first, i, why))
            return false;
    }
    return true;
}

static bool check_all_rows(const struct scardssp_profile *profile, char why[PROFILEINTAKE_WHY_SIZE]) {
    size_t count = 0;
    const struct profilerows *const all = profilerows_all(&count);
    for (size_t i = 0; i < count; ++i)
        if (!check_rows(profile, &all[i], why))
            return false;
    return true;
}

/* The whole */

static bool check_name(const struct scardssp_profile *profile, const char *name,
                       char why[PROFILEINTAKE_WHY_SIZE]) {
    if (!memchr(profile->name, '\0', sizeof profile->name))
        return refuse(why, "name has no end");
    if (!profile_name_is_valid(profile->name))
        return refuse(why, "name is not small letters, digits and '-', a letter first");
    if (strcmp(profile->name, name) != 0)
        return refuse(why, "the table that was given for %s is called %s", name, profile->name);
    return true;
}

static const char *flags_fault(const struct scardssp_profile *profile) {
    const uint32_t flags = profile->flags;
    const bool plain = flags & SCARDSSP_PROFILE_PLAIN_SELECT;
    const uint32_t forms = flags & (SCARDSSP_PROFILE_SELECT_FCI | SCARDSSP_PROFILE_SELECT_SILENT);
    if (flags & ~FLAGS_KNOWN)
        return "there are flags that this library does not know";
    if (forms == (SCARDSSP_PROFILE_SELECT_FCI | SCARDSSP_PROFILE_SELECT_SILENT))
        return "SELECT_FCI and SELECT_SILENT exclude each other";
    return plain && forms ? "a plain SELECT has P2 00 only" : NULL;
}

static bool is_instruction(uint8_t ins) {
    return (ins & 0xF0) != 0x60 && (ins & 0xF0) != 0x90;
}

static const char *commands_fault(const struct scardssp_profile *profile) {
    if (profile->cla == CLA_NONE)
        return "cla is FF, which is no class";
    if (!(profile->cla & CLA_FIRST_KIND) && profile->cla & CLA_CHAINED)
        return "cla has the bit of command chaining";
    if (!is_instruction(profile->get) || !is_instruction(profile->put))
        return "get or put is 6x or 9x, which no instruction is";
    for (size_t i = 0; i < sizeof profile->unused; ++i)
        if (profile->unused[i])
            return "unused is not 0";
    return profile->reserved ? "reserved is not 0" : NULL;
}

static uint32_t ids_of(const struct scardssp_profile *profile) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < profile->range_count; ++i)
        count += (uint32_t)profile->ranges[i].last - profile->ranges[i].first + 1;
    return count;
}

/* After the arrays: what they are together. */
static const char *whole_fault(const struct scardssp_profile *profile) {
    if (!profile->aid_count && !profile->atr_count && !profile->sign_count)
        return "nothing recognises a card: there is no aid, no atr and no sign";
    if (profile->object_count && (!profile->aid_count || profile->atr_count || profile->sign_count))
        return "objects are in an application: it is recognised by aids alone";
    return ids_of(profile) > IDS_MOST ? "the ranges have more than 4096 identifiers" : NULL;
}

static bool check_with(const char *fault, const char *of, char why[PROFILEINTAKE_WHY_SIZE]) {
    return fault ? refuse(why, "%s%s", of, fault) : true;
}

static bool check(const struct scardssp_profile *profile, const char *name,
                  char why[PROFILEINTAKE_WHY_SIZE]) {
    return check_name(profile, name, why) && check_with(flags_fault(profile), "", why) &&
           check_with(commands_fault(profile), "", why) &&
           check_with(profilerows_form_fault(&profile->form), "form: ", why) &&
           check_all_rows(profile, why) && check_with(whole_fault(profile), "", why);
}

/* The copy */

static size_t aligned(size_t size) {
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static size_t copy_size(const struct scardssp_profile *profile) {
    size_t count = 0, size = aligned(sizeof *profile);
    const struct profilerows *const all = profilerows_all(&count);
    for (size_t i = 0; i < count; ++i)
        size += aligned(count_of(profile, &all[i]) * all[i].row_size);
    return size;
}

/* The table with its arrays behind it. NULL: out of memory. */
static struct scardssp_profile *copy(const struct scardssp_profile *profile) {
    char *const memory = calloc(1, copy_size(profile));
    size_t count = 0, at = aligned(sizeof *profile);
    const struct profilerows *const all = profilerows_all(&count);
    if (!memory)
        return NULL;
    memcpy(memory, profile, sizeof *profile);
    for (size_t i = 0; i < count; ++i) {
        const size_t size = count_of(profile, &all[i]) * all[i].row_size;
        const void *const rows = size ? memcpy(memory + at, rows_of(profile, &all[i]), size) : NULL;
        memcpy(memory + all[i].rows_at, &rows, sizeof rows);
        at += aligned(size);
    }
    return (struct scardssp_profile *)memory;
}

/* What the table leaves to the standard: GET DATA and PUT DATA (7816-4:2005 §7.4.2, 7.4.3). */
static void settle(struct scardssp_profile *profile) {
    const uint8_t odd = profile->flags & SCARDSSP_PROFILE_LISTED_OBJECTS ? ISO7816_INS_ODD : 0;
    if (!profile->get)
        profile->get = ISO7816_INS_GET_DATA | odd;
    if (!profile->put)
        profile->put = ISO7816_INS_PUT_DATA | odd;
}

struct scardssp_profile *profileintake_take(const struct scardssp_profile *given, const char *name,
                                            char why[PROFILEINTAKE_WHY_SIZE]) {
    struct scardssp_profile table;
    *why = '\0';
    if (!read_table(given, &table, why) || !check(&table, name, why))
        return NULL;
    settle(&table);
    struct scardssp_profile *const made = copy(&table);
    if (!made)
        (void)refuse(why, "out of memory");
    return made;
}
