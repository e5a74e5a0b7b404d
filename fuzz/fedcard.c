/* A card whose every answer comes from an input (fedcard.h). */
#include "fedcard.h"

#include <stdlib.h>
#include <string.h>

#include "apdu/iso7816.h"
#include "apdu/tlv.h"
#include "com/hresult.h"
#include "support/fakes/allocator.h"

#define ANSWER_MAX 66000u /* more than any Le asks for */
#define READ_BY_SFI 0x80u

/* Answers */

/* What becomes of a command. The first of each is what the end of the input gives. */
enum data { DATA_NONE, DATA_BYTES, DATA_PARAMETERS, DATA_WANTED, DATA_TOO_MUCH, DATA_OBJECT, DATA_FAILURE };

static const uint16_t words[] = {0x9000, 0x9000, 0x9000, 0x6282, 0x6283, 0x6300, 0x63C0, 0x63C3,
                                 0x6700, 0x6881, 0x6981, 0x6982, 0x6983, 0x6985, 0x6986, 0x6A80,
                                 0x6A81, 0x6A82, 0x6A83, 0x6A84, 0x6A86, 0x6A88, 0x6A89, 0x6B00,
                                 0x6C05, 0x6D00, 0x6E00, 0x6F00, 0x9F16, 0x9404, 0x9804, 0x0000};

static uint16_t next_word(struct feed *feed, uint8_t code) {
    const uint16_t sw = words[code % (sizeof words / sizeof *words)];
    return sw ? sw : feed_word(feed);
}

static HRESULT next_failure(struct feed *feed) {
    static const rm_status codes[] = {
        RM_W_REMOVED_CARD,      RM_W_RESET_CARD,          RM_F_COMM_ERROR,         RM_E_TIMEOUT,
        RM_E_INVALID_PARAMETER, RM_E_UNSUPPORTED_FEATURE, RM_E_INSUFFICIENT_BUFFER};
    const uint8_t code = feed_byte(feed) % (sizeof codes / sizeof *codes + 2);
    return code == 0 ? E_OUTOFMEMORY : code == 1 ? E_INVALIDARG : hresult_from_rm(codes[code - 2]);
}

static size_t put_object(uint8_t *out, size_t at, uint32_t tag, const uint8_t *value, size_t size) {
    at += tlv_head_write(out + at, TLV_HEAD_MAX, tag, (uint32_t)size);
    memcpy(out + at, value, size);
    return at + size;
}

/*
 * Control parameters that are sound as far as their form goes: any kind, any size, any record, this
 * identifier and that name, and what marks a UICC.
 */
static size_t put_parameters(struct feed *feed, const struct apdu *command, uint8_t *out) {
    static const uint8_t kinds[] = {0x38, 0x01, 0x02, 0x04, 0x06, 0x39, 0x00, 0x41};
    uint8_t content[128];
    size_t size = 0, got = 0;
    const uint8_t code = feed_byte(feed);
    const uint8_t descriptor[] = {kinds[code % 8], (uint8_t)(code & 0xE0), 0, feed_byte(feed),
                                  feed_byte(feed)};
    const uint8_t *const bytes = feed_bytes(feed, code & 0x08 ? 4 : 2, &got);
    size = put_object(content, size, 0x82, descriptor, code & 0x10 ? 5 : 2);
    size = put_object(content, size, 0x80, bytes, got);
    if (command->nc >= 2)
        size = put_object(content, size, 0x83, command->data + command->nc - 2, 2);
    if (code & 0x20)
        size = put_object(content, size, 0x84, bytes, got);
    if (code & 0x40)
        size = put_object(content, size, 0xC6, bytes, got);
    return put_object(out, 0, 0x62, content, size);
}

/* A data object around bytes of the input: of an offset, a value, a template and a part of one. */
static size_t put_any_object(struct feed *feed, uint8_t *out) {
    static const uint16_t tags[] = {0x53, 0x7C, 0x81, 0x82, 0x61, 0x4F, 0x54, 0x47};
    uint8_t inner[300];
    size_t got = 0;
    const uint8_t code = feed_byte(feed);
    const uint8_t *const bytes = feed_bytes(feed, feed_byte(feed), &got);
    const size_t size = put_object(inner, 0, tags[code >> 4 & 7], bytes, got);
    return code & 0x80 ? put_object(out, 0, tags[code & 7], inner, size)
                       : put_object(out, 0, tags[code & 7], bytes, got);
}

static size_t put_data(struct feed *feed, enum data data, const struct apdu *command, uint8_t *out) {
    size_t size = 0;
    const uint8_t *bytes;
    switch (data) {
    case DATA_BYTES:
        bytes = feed_bytes(feed, feed_byte(feed), &size);
        memcpy(out, bytes, size);
        return size;
    case DATA_PARAMETERS:
        return put_parameters(feed, command, out);
    case DATA_WANTED:
    case DATA_TOO_MUCH:
        size = data == DATA_WANTED ? command->ne : command->ne + (size_t)1 + feed_byte(feed);
        memset(out, feed_byte(feed), size);
        return size;
    case DATA_OBJECT:
        return put_any_object(feed, out);
    default:
        return 0;
    }
}

/* What is changed */

/* Also in the words of a SIM. */
static bool is_accepted(uint16_t sw) {
    return sw == 0x9000 || sw == 0x6283 || (sw & 0xFF00) == 0x9F00 || (sw & 0xFFF0) == 0x9200;
}

static void note_selection(struct fedcard *card, const struct apdu *command, uint16_t sw) {
    const bool by_sfi = command->ins == ISO7816_INS_READ_BINARY && command->p1 & READ_BY_SFI;
    if (by_sfi && (is_accepted(sw) || sw == 0x6282 || sw == 0x6B00 || sw == 0x9402)) {
        card->sfi = command->p1 & 0x1F;
        card->selected = true;
    }
    if (command->ins != ISO7816_INS_SELECT || !is_accepted(sw))
        return;
    card->sfi = 0;
    card->by_name = command->p1 == 0x04;
    card->selected = command->nc != 0;
    card->name_size = 0;
    if (card->by_name && command->nc <= PATH_NAME_MAX && command->nc) {
        card->name_size = (uint8_t)command->nc;
        memcpy(card->name, command->data, command->nc);
    } else if (command->nc >= 2) {
        card->id = (uint16_t)(command->data[command->nc - 2] << 8 | command->data[command->nc - 1]);
    }
}

/* Whether what is selected is that place. */
static bool is_selected(const struct fedcard *card, const struct path *path) {
    if (!card->selected || card->sfi)
        return false;
    if (path->depth)
        return !card->by_name && card->id == path->ids[path->depth - 1];
    if (path->name_size)
        return card->by_name && card->name_size == path->name_size &&
               memcmp(card->name, path->name, path->name_size) == 0;
    return !card->by_name && card->id == PATH_MF;
}

static bool changes(uint8_t ins) {
    switch (ins) {
    case ISO7816_INS_ERASE_BINARY:
    case ISO7816_INS_ERASE_BINARY | ISO7816_INS_ODD:
    case ISO7816_INS_WRITE_BINARY:
    case ISO7816_INS_WRITE_BINARY | ISO7816_INS_ODD:
    case ISO7816_INS_UPDATE_BINARY:
    case ISO7816_INS_UPDATE_BINARY | ISO7816_INS_ODD:
    case ISO7816_INS_WRITE_RECORD:
    case ISO7816_INS_UPDATE_RECORD:
    case ISO7816_INS_APPEND_RECORD:
    case ISO7816_INS_PUT_DATA:
    case ISO7816_INS_PUT_DATA | ISO7816_INS_ODD:
    case ISO7816_INS_DEACTIVATE_FILE:
    case ISO7816_INS_ACTIVATE_FILE:
    case ISO7816_INS_CREATE_FILE:
    case ISO7816_INS_DELETE_FILE:
        return true;
    default:
        return false;
    }
}

static bool is_of_records(uint8_t ins) {
    return ins == ISO7816_INS_WRITE_RECORD || ins == ISO7816_INS_UPDATE_RECORD ||
           ins == ISO7816_INS_APPEND_RECORD;
}

/* A command that changes something goes to the file that the call is about, and to no other. */
static void check_target(const struct fedcard *card, const struct apdu *command) {
    const struct path *const target = card->target;
    const uint8_t named = is_of_records(command->ins) ? command->p2 >> 3 : 0;
    if (!changes(command->ins))
        return;
    FUZZ_CHECK(target);
    FUZZ_CHECK(card->selected);
    if (target->sfi)
        FUZZ_CHECK(named ? named == target->sfi : card->sfi == target->sfi);
    else
        FUZZ_CHECK(!named && is_selected(card, target));
}

/* Commands */

static bool carries_code(const struct apdu *command) {
    switch (command->ins) {
    case ISO7816_INS_VERIFY:
    case ISO7816_INS_CHANGE_REFERENCE_DATA:
    case ISO7816_INS_DISABLE_VERIFICATION:
    case ISO7816_INS_ENABLE_VERIFICATION:
    case ISO7816_INS_RESET_RETRY_COUNTER:
        return command->nc != 0;
    default:
        return false;
    }
}

/* What can be sent, and a copy of a code that will be wiped. */
static void check_command(struct fedcard *card, const struct apdu *command) {
    FUZZ_CHECK(apdu_size(command) != 0);
    FUZZ_CHECK(command->nc <= card->link.command_max && command->ne <= card->link.answer_max);
    FUZZ_CHECK((command->cla & ~0x10) == 0 || command->cla == 0xA0);
    check_target(card, command);
    if (!carries_code(command))
        return;
    FUZZ_CHECK(!card->secrets || allocator_saw_zeros());
    allocator_watch(command->data, command->nc);
    ++card->secrets;
}

/* The former answer is gone: who still looks at it is seen. */
static void set_answer(struct fedcard *card, const uint8_t *bytes, size_t size) {
    free(card->answer);
    card->answer = size ? fuzz_copy(bytes, size, 0) : NULL;
    card->answer_size = size;
}

static HRESULT fail(struct fedcard *card, struct service_answer *answer) {
    set_answer(card, NULL, 0);
    *answer = (struct service_answer){0};
    fedcard_turn(card);
    return next_failure(card->feed);
}

static HRESULT fed_send(struct service_link *link, const struct apdu *command,
                        struct service_answer *answer) {
    static uint8_t bytes[ANSWER_MAX];
    struct fedcard *const card = (struct fedcard *)(void *)link;
    ++card->commands;
    card->unfed += card->feed->left == 0;
    check_command(card, command);
    const uint8_t code = feed_byte(card->feed);
    const uint16_t sw = next_word(card->feed, code);
    const enum data data = (enum data)(code >> 5);
    if (data >= DATA_FAILURE)
        return fail(card, answer);
    const size_t size = put_data(card->feed, data, command, bytes);
    set_answer(card, bytes, size);
    note_selection(card, command, sw);
    *answer = (struct service_answer){card->answer, size, sw};
    return S_OK;
}

static HRESULT fed_reset(struct service_link *link) {
    struct fedcard *const card = (struct fedcard *)(void *)link;
    const uint8_t code = feed_byte(card->feed);
    fedcard_turn(card);
    return code & 1 ? hresult_from_rm(RM_W_REMOVED_CARD) : S_OK;
}

void fedcard_init(struct fedcard *card, struct feed *feed) {
    static const struct service_link_ops ops = {.send = fed_send, .reset = fed_reset};
    static const uint32_t answers[] = {256, 1000, 65536, 65536};
    size_t size = 0;
    const uint8_t code = feed_byte(feed);
    const uint8_t *const atr = feed_bytes(feed, (code >> 3) % (SERVICE_ATR_MAX + 1), &size);
    *card = (struct fedcard){.link = {.ops = &ops, .card = 1, .session = 1, .turn = 1}, .feed = feed};
    card->link.command_max = code & 1 ? APDU_NC_MAX : APDU_SHORT_NC_MAX;
    card->link.answer_max = answers[code >> 1 & 3];
    card->link.atr_size = (uint8_t)size;
    memcpy(card->link.atr, atr, size);
}

void fedcard_end(struct fedcard *card) {
    set_answer(card, NULL, 0);
}

void fedcard_call(struct fedcard *card, const struct path *target) {
    card->commands = card->unfed = card->secrets = 0;
    card->target = target;
}

void fedcard_turn(struct fedcard *card) {
    ++card->link.turn;
    card->selected = false;
}
