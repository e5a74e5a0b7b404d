/*
 * CREATE FILE (ISO/IEC 7816-9): an EF or a DF in the current DF, which then is the current file. Called by
 * dispatch.c.
 */
#include <stdlib.h>
#include <string.h>

#include "icc/access.h"
#include "icc/channel.h"
#include "icc/commands.h"
#include "icc/management/request.h"
#include "icc/os.h"

#define SFI_MASK 0x1F
#define UNNUMBERED_ID 0xDF00 /* directories that come with a name only get an identifier from here on */

/* A security condition byte (compact format). */
enum {
    SC_ALWAYS = 0x00,
    SC_NEVER = 0xFF,
    SC_ALL = 0x80,
    SC_SECURE_MESSAGING = 0x40,
    SC_KEY = 0x20,
    SC_PIN = 0x10,
    SC_ENVIRONMENT = 0x0F
};

/*
 * The bit of the PIN (key) that a security environment names: the nearest one with its number; number 0: the
 * nearest one of all. 0: there is none.
 */
static uint32_t nearest(const struct sim_card *card, const struct channel *channel, uint8_t number,
                        bool key) {
    const uint32_t count = key ? card->key_count : card->pin_count;
    for (const struct file *df = channel->df; df; df = df->parent)
        for (uint32_t i = 0; i < count; i++) {
            const struct file *owner = key ? card->keys[i].owner : card->pins[i].owner;
            const uint8_t reference = key ? card->keys[i].reference : card->pins[i].reference;
            if (owner == df && (!number || (reference & ~PIN_LOCAL) == number))
                return 1u << i;
        }
    return 0;
}

/* false: the byte asks for what this card has not. */
static bool read_condition(const struct sim_card *card, const struct channel *channel, uint8_t byte,
                           struct condition *out) {
    const uint8_t number = byte & SC_ENVIRONMENT;
    *out = (struct condition){.never = byte == SC_NEVER};
    if (byte == SC_NEVER || byte == SC_ALWAYS)
        return true;
    if (byte & SC_SECURE_MESSAGING || number == SC_ENVIRONMENT || !(byte & (SC_PIN | SC_KEY)))
        return false;
    out->any = !(byte & SC_ALL);
    if (byte & SC_PIN)
        out->pins = nearest(card, channel, number, false);
    if (byte & SC_KEY)
        out->keys = nearest(card, channel, number, true);
    return !(byte & SC_PIN) == !out->pins && !(byte & SC_KEY) == !out->keys;
}

/*
 * Who may do what with the new file: whoever could create it, but for what the access mode byte names, with a
 * condition for each of its bits from the highest on.
 */
static bool read_conditions(const struct sim_card *card, const struct channel *channel,
                            const struct creation_request *request, const struct condition *creator,
                            struct condition access[FILE_OPERATIONS]) {
    for (unsigned i = 0; i < FILE_OPERATIONS; i++)
        access[i] = *creator;
    if (!request->security)
        return true;
    if (!request->security_size || request->security[0] >> FILE_OPERATIONS)
        return false;
    size_t at = 1;
    for (unsigned i = FILE_OPERATIONS; i--;)
        if (request->security[0] >> i & 1)
            if (at == request->security_size ||
                !read_condition(card, channel, request->security[at++], &access[i]))
                return false;
    return at == request->security_size;
}

static bool name_is_used(const struct sim_card *card, const struct creation_request *request) {
    for (const struct file *file = card->mf; file; file = sim_file_after(file))
        if (request->name_size && file->name_size == request->name_size &&
            memcmp(file->name, request->name, request->name_size) == 0)
            return true;
    return false;
}

static bool id_is_used(const struct file *df, uint16_t id) {
    return df->id == id || sim_file_child(df, id);
}

/*
 * Gives a directory without an identifier one, and an EF the short identifier that is in its long one, if no
 * other has it: that is what tag 88 left out means.
 */
static void complete(const struct file *df, struct creation_request *request) {
    if (!request->id)
        for (request->id = UNNUMBERED_ID; id_is_used(df, request->id);)
            request->id++;
    const uint8_t sfi = request->id & SFI_MASK;
    if (request->kind != FILE_DF && !request->has_sfi && sfi && sfi != SFI_MASK && !sim_file_by_sfi(df, sfi))
        request->sfi = sfi;
}

/* Whether such a file can be there. Returns 0 or the SW. */
static uint16_t check_identity(const struct sim_card *card, const struct file *df,
                               const struct creation_request *request) {
    if (request->id && id_is_used(df, request->id))
        return SW_FILE_EXISTS;
    if (request->sfi && sim_file_by_sfi(df, request->sfi))
        return SW_FILE_EXISTS;
    return name_is_used(card, request) ? SW_NAME_EXISTS : 0;
}

static bool has_room(const struct sim_card *card, const struct file *df, uint32_t size) {
    return card->file_count < CARD_FILES_MAX && sim_file_depth(df) <= FILE_DEPTH_MAX &&
           size <= FILE_TRANSPARENT_MAX && size <= card->space;
}

/* NULL: out of memory. */
static struct file *make(struct file *df, const struct creation_request *request) {
    struct file *file = sim_file_add(df, request->kind, request->id);
    bool made = file != NULL;
    if (made && request->kind == FILE_TRANSPARENT) {
        file->bytes = calloc(1, request->size);
        file->size = file->bytes ? request->size : 0;
        made = file->size;
    } else if (made && request->capacity) {
        made = sim_file_make_records(file, request->capacity, request->record_size);
    }
    if (file && !made) {
        sim_file_remove(file);
        return NULL;
    }
    return file;
}

/* What the file has beside its content. */
static void describe(struct file *file, const struct creation_request *request, bool uicc) {
    const struct file *df = file->parent;
    file->application = uicc && request->name_size && !df->parent;
    file->sfi = request->sfi;
    file->coding = request->coding;
    file->deactivated = request->deactivated;
    file->name_size = request->name_size;
    if (request->name_size)
        memcpy(file->name, request->name, request->name_size);
    file->reach_pins = df->reach_pins;
    file->reach_keys = df->reach_keys;
}

static uint16_t create(struct sim_card *card, struct channel *channel, struct creation_request *request) {
    struct file *df = channel->df;
    const struct condition *creator = &df->access[request->kind == FILE_DF ? FILE_CREATE_DF : FILE_CREATE_EF];
    struct condition access[FILE_OPERATIONS];
    const bool uicc = card->command_set == COMMANDS_UICC;
    const uint32_t size = request->size + request->capacity * request->record_size;
    if (!sim_file_is_active(df))
        return SW_CONDITIONS;
    if (!sim_access_granted(card, channel, creator))
        return SW_SECURITY;
    if (uicc && request->id == FILE_APPLICATION_ID)
        return SW_WRONG_DATA;
    if (!read_conditions(card, channel, request, creator, access))
        return SW_WRONG_DATA;
    const uint16_t refusal = check_identity(card, df, request);
    if (refusal)
        return refusal;
    if (!has_room(card, df, size))
        return SW_NO_SPACE;
    complete(df, request);
    struct file *file = make(df, request);
    if (!file)
        return SW_MEMORY_FAILURE;
    describe(file, request, uicc);
    memcpy(file->access, access, sizeof access);
    card->file_count++;
    card->space -= size;
    sim_channel_select(channel, file);
    return SW_OK;
}

uint16_t sim_create_file(struct sim_card *card, struct command *command) {
    const struct apdu *apdu = &command->apdu;
    struct creation_request request;
    if (apdu->p1 || apdu->p2)
        return SW_WRONG_P1P2;
    if (!apdu->nc)
        return SW_WRONG_LENGTH;
    if (!sim_request_parse(apdu->data, apdu->nc, &request))
        return SW_WRONG_DATA;
    return create(card, command->channel, &request);
}
