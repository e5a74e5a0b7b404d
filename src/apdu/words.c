/* The tables of instructions and the words of the commonest: see words.h. */
#include "apdu/words.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "apdu/apdu.h"
#include "apdu/iso7816.h"
#include "apdu/secret.h"

#define DESFIRE_CLASS 0x90u
#define DATA_SHOWN 20u /* bytes of data in words; names and paths of files are shorter */

/* A text that grows; what does not fit is counted and cut. */
struct words {
    char *out;
    size_t room, length;
};

__attribute__((format(__printf__, 2, 3))) static void say(struct words *words, const char *format, ...) {
    const bool full = words->length >= words->room;
    va_list arguments;
    va_start(arguments, format);
    const int size = vsnprintf(full ? NULL : words->out + words->length,
                               full ? 0 : words->room - words->length, format, arguments);
    va_end(arguments);
    words->length += size > 0 ? (size_t)size : 0;
}

static void say_hex(struct words *words, const uint8_t *bytes, size_t size) {
    for (size_t i = 0; i < size && i < DATA_SHOWN; ++i)
        say(words, "%02X", bytes[i]);
    if (size > DATA_SHOWN)
        say(words, "...");
}

/* Says what the parameters of an instruction mean. True: its data is told, too. */
typedef bool (*teller)(struct words *words, const struct apdu *apdu);

static unsigned offset_of(const struct apdu *apdu) {
    return (unsigned)apdu->p1 << 8 | apdu->p2;
}

/* ISO/IEC 7816-4 §11.2.2, tables 62 and 63. */
static bool tell_select(struct words *words, const struct apdu *apdu) {
    static const char *const how[] = {
        "file", "directory below", "file below", "the parent", "by name", NULL, NULL, NULL,
        "path", "path from here"};
    const char *kind = apdu->p1 < sizeof how / sizeof *how ? how[apdu->p1] : NULL;
    if (kind)
        say(words, " %s", kind);
    else
        say(words, " (P1 %02X)", apdu->p1);
    if (apdu->nc)
        say(words, " ");
    say_hex(words, apdu->data, apdu->nc);
    if ((apdu->p2 & 3) != 0)
        say(words, ", %s",
            (apdu->p2 & 3) == 2   ? "the next one"
            : (apdu->p2 & 3) == 1 ? "the last one"
                                  : "the one before");
    return true;
}

/* ISO/IEC 7816-4 §11.3: a file by its short identifier in P1, or the selected one. */
static bool tell_binary(struct words *words, const struct apdu *apdu) {
    if (apdu->ins & ISO7816_INS_ODD)
        say(words, " (P1 P2 %04X)", offset_of(apdu));
    else if (apdu->p1 & 0x80)
        say(words, " of file %u at %u", apdu->p1 & 0x1Fu, apdu->p2);
    else
        say(words, " at %u", offset_of(apdu));
    return false;
}

/* ISO/IEC 7816-4 §11.4.2: P1 is a record's number or identifier, P2 names the file and says how. */
static bool tell_record(struct words *words, const struct apdu *apdu) {
    static const char *const how[] = {"the first with identifier",
                                      "the last with identifier",
                                      "the next with identifier",
                                      "the previous with identifier",
                                      "record",
                                      "records from",
                                      "records to",
                                      "(P2 7)"};
    say(words, ", %s %u", how[apdu->p2 & 7], apdu->p1);
    if (apdu->p2 >> 3)
        say(words, " of file %u", apdu->p2 >> 3);
    return false;
}

/* ISO/IEC 7816-4 §11.5.6: which PIN or key. */
static bool tell_reference(struct words *words, const struct apdu *apdu) {
    say(words, " of reference %02X", apdu->p2);
    return false;
}

static bool tell_object(struct words *words, const struct apdu *apdu) {
    say(words, " %04X", offset_of(apdu));
    return false;
}

/* The object is named in the data. */
static bool tell_tagged(struct words *words, const struct apdu *apdu) {
    say(words, " in %04X: ", offset_of(apdu));
    say_hex(words, apdu->data, apdu->nc);
    return true;
}

static bool tell_channel(struct words *words, const struct apdu *apdu) {
    say(words, apdu->p1 == 0x80 ? ", close %u" : ", open %u", apdu->p2);
    return false;
}

/* What is asked for by its length alone. */
static bool tell_nothing(struct words *words, const struct apdu *apdu) {
    (void)words, (void)apdu;
    return false;
}

/* Few bytes that say on what. */
static bool tell_data(struct words *words, const struct apdu *apdu) {
    if (apdu->nc)
        say(words, " ");
    say_hex(words, apdu->data, apdu->nc);
    return true;
}

/* PERFORM SECURITY OPERATION: ISO/IEC 7816-8 §11. */
static bool tell_operation(struct words *words, const struct apdu *apdu) {
    static const struct {
        unsigned parameters;
        const char *name;
    } operations[] = {{0x9E9A, "compute digital signature"},
                      {0x8086, "decipher"},
                      {0x8680, "encipher"},
                      {0x9080, "hash"},
                      {0x90A0, "hash"},
                      {0x8E80, "compute checksum"},
                      {0x00A2, "verify checksum"},
                      {0x00A8, "verify digital signature"},
                      {0x00AE, "verify certificate"},
                      {0x00BE, "verify certificate"}};
    for (size_t i = 0; i < sizeof operations / sizeof *operations; ++i)
        if (operations[i].parameters == offset_of(apdu)) {
            say(words, ": %s", operations[i].name);
            return false;
        }
    return tell_object(words, apdu);
}

/* A row for each instruction; the first that fits counts. */
static const struct row {
    uint8_t first, last; /* classes */
    uint8_t ins;
    const char *name;
    teller tell; /* NULL: its parameters are shown as they are */
} rows[] = {
    /* PC/SC part 3, 3.2.2.1 */
    {0xFF, 0xFF, 0xCA, "GET DATA (reader)", tell_object},
    {0xFF, 0xFF, 0x82, "LOAD KEYS", tell_object},
    {0xFF, 0xFF, 0x86, "GENERAL AUTHENTICATE (reader)", tell_nothing},
    {0xFF, 0xFF, 0xB0, "READ BINARY (reader)", tell_binary},
    {0xFF, 0xFF, 0xD6, "UPDATE BINARY (reader)", tell_binary},
    {0xFF, 0xFF, 0xC2, "TRANSPARENT EXCHANGE", tell_nothing},
    {0xFF, 0xFF, 0x00, "direct command to the reader's chip", tell_nothing},
    /* GSM 11.11, 9.2; TS 102 221, 10.1.2 */
    {0xA0, 0xA0, 0xF2, "STATUS", tell_nothing},
    {0xA0, 0xA0, 0x88, "RUN GSM ALGORITHM", tell_nothing},
    {0xA0, 0xA0, 0x32, "INCREASE", tell_nothing},
    {0xA0, 0xA0, 0x04, "INVALIDATE", tell_nothing},
    {0xA0, 0xA0, 0x44, "REHABILITATE", tell_nothing},
    {0xA0, 0xA0, 0xFA, "SLEEP", tell_nothing},
    {0x80, 0xAF, 0x10, "TERMINAL PROFILE", tell_nothing},
    {0x80, 0xAF, 0x12, "FETCH", tell_nothing},
    {0x80, 0xAF, 0x14, "TERMINAL RESPONSE", tell_nothing},
    {0x80, 0xAF, 0xAA, "TERMINAL CAPABILITY", tell_nothing},
    {0x80, 0xAF, 0x76, "SUSPEND UICC", NULL},
    {0x80, 0xAF, 0x32, "INCREASE", tell_nothing},
    /* GlobalPlatform Card Specification, 11 */
    {0x80, 0x8F, 0x50, "INITIALIZE UPDATE", NULL},
    {0x80, 0x8F, 0xD8, "PUT KEY", NULL},
    {0x80, 0x8F, 0xE6, "INSTALL", NULL},
    {0x80, 0x8F, 0xE8, "LOAD", NULL},
    {0x80, 0x8F, 0xE4, "DELETE", tell_nothing},
    {0x80, 0x8F, 0xF0, "SET STATUS", NULL},
    {0x80, 0x8F, 0xE2, "STORE DATA", NULL},
    {0x80, 0x8F, 0xF2, "STATUS or GET STATUS", NULL},
    /* MIFARE DESFire, wrapped */
    {0x90, 0x90, 0x5A, "SELECT APPLICATION", tell_data},
    {0x90, 0x90, 0x60, "GET VERSION", tell_nothing},
    {0x90, 0x90, 0x6A, "GET APPLICATION IDS", tell_nothing},
    {0x90, 0x90, 0x6F, "GET FILE IDS", tell_nothing},
    {0x90, 0x90, 0xF5, "GET FILE SETTINGS", tell_data},
    {0x90, 0x90, 0x0A, "AUTHENTICATE", tell_data},
    {0x90, 0x90, 0x1A, "AUTHENTICATE ISO", tell_data},
    {0x90, 0x90, 0xAA, "AUTHENTICATE AES", tell_data},
    {0x90, 0x90, 0xAF, "ADDITIONAL FRAME", tell_nothing},
    {0x90, 0x90, 0xBD, "READ DATA", tell_nothing},
    {0x90, 0x90, 0x3D, "WRITE DATA", tell_nothing},
    {0x90, 0x90, 0xCA, "CREATE APPLICATION", tell_nothing},
    {0x90, 0x90, 0xDA, "DELETE APPLICATION", tell_data},
    {0x90, 0x90, 0xC4, "CHANGE KEY", tell_nothing},
    {0x90, 0x90, 0xC7, "COMMIT TRANSACTION", tell_nothing},
    /* ISO/IEC 7816-4, -8, -9, in whatever other class a card takes them */
    {0x00, 0xFE, ISO7816_INS_DEACTIVATE_FILE, "DEACTIVATE FILE", NULL},
    {0x00, 0xFE, ISO7816_INS_ERASE_RECORD, "ERASE RECORD", tell_record},
    {0x00, 0xFE, ISO7816_INS_ERASE_BINARY, "ERASE BINARY", tell_binary},
    {0x00, 0xFE, ISO7816_INS_VERIFY, "VERIFY", tell_reference},
    {0x00, 0xFE, ISO7816_INS_MANAGE_SECURITY_ENVIRONMENT, "MANAGE SECURITY ENVIRONMENT", NULL},
    {0x00, 0xFE, ISO7816_INS_CHANGE_REFERENCE_DATA, "CHANGE REFERENCE DATA", tell_reference},
    {0x00, 0xFE, ISO7816_INS_DISABLE_VERIFICATION, "DISABLE VERIFICATION", tell_reference},
    {0x00, 0xFE, ISO7816_INS_ENABLE_VERIFICATION, "ENABLE VERIFICATION", tell_reference},
    {0x00, 0xFE, ISO7816_INS_PERFORM_SECURITY_OPERATION, "PERFORM SECURITY OPERATION", tell_operation},
    {0x00, 0xFE, ISO7816_INS_RESET_RETRY_COUNTER, "RESET RETRY COUNTER", tell_reference},
    {0x00, 0xFE, ISO7816_INS_ACTIVATE_FILE, "ACTIVATE FILE", NULL},
    {0x00, 0xFE, ISO7816_INS_GENERATE_KEY_PAIR, "GENERATE ASYMMETRIC KEY PAIR", NULL},
    {0x00, 0xFE, ISO7816_INS_MANAGE_CHANNEL, "MANAGE CHANNEL", tell_channel},
    {0x00, 0xFE, ISO7816_INS_EXTERNAL_AUTHENTICATE, "EXTERNAL AUTHENTICATE", tell_reference},
    {0x00, 0xFE, ISO7816_INS_GET_CHALLENGE, "GET CHALLENGE", tell_nothing},
    {0x00, 0xFE, ISO7816_INS_GENERAL_AUTHENTICATE, "GENERAL AUTHENTICATE", tell_reference},
    {0x00, 0xFE, ISO7816_INS_INTERNAL_AUTHENTICATE, "INTERNAL AUTHENTICATE", tell_reference},
    {0x00, 0xFE, ISO7816_INS_SEARCH_BINARY, "SEARCH BINARY", tell_binary},
    {0x00, 0xFE, ISO7816_INS_SEARCH_RECORD, "SEARCH RECORD", NULL},
    {0x00, 0xFE, ISO7816_INS_SELECT, "SELECT", tell_select},
    {0x00, 0xFE, ISO7816_INS_READ_BINARY, "READ BINARY", tell_binary},
    {0x00, 0xFE, ISO7816_INS_READ_BINARY | ISO7816_INS_ODD, "READ BINARY", tell_binary},
    {0x00, 0xFE, ISO7816_INS_READ_RECORD, "READ RECORD", tell_record},
    {0x00, 0xFE, ISO7816_INS_GET_RESPONSE, "GET RESPONSE", tell_nothing},
    {0x00, 0xFE, ISO7816_INS_ENVELOPE, "ENVELOPE", tell_nothing},
    {0x00, 0xFE, ISO7816_INS_GET_DATA, "GET DATA", tell_object},
    {0x00, 0xFE, ISO7816_INS_GET_DATA | ISO7816_INS_ODD, "GET DATA", tell_tagged},
    {0x00, 0xFE, ISO7816_INS_WRITE_BINARY, "WRITE BINARY", tell_binary},
    {0x00, 0xFE, ISO7816_INS_WRITE_RECORD, "WRITE RECORD", tell_record},
    {0x00, 0xFE, ISO7816_INS_UPDATE_BINARY, "UPDATE BINARY", tell_binary},
    {0x00, 0xFE, ISO7816_INS_UPDATE_BINARY | ISO7816_INS_ODD, "UPDATE BINARY", tell_binary},
    {0x00, 0xFE, ISO7816_INS_PUT_DATA, "PUT DATA", tell_object},
    {0x00, 0xFE, ISO7816_INS_PUT_DATA | ISO7816_INS_ODD, "PUT DATA", tell_object},
    {0x00, 0xFE, ISO7816_INS_UPDATE_RECORD, "UPDATE RECORD", tell_record},
    {0x00, 0xFE, ISO7816_INS_CREATE_FILE, "CREATE FILE", NULL},
    {0x00, 0xFE, ISO7816_INS_APPEND_RECORD, "APPEND RECORD", NULL},
    {0x00, 0xFE, ISO7816_INS_DELETE_FILE, "DELETE FILE", NULL},
    {0x00, 0xFE, ISO7816_INS_TERMINATE_DF, "TERMINATE DF", NULL},
    {0x00, 0xFE, ISO7816_INS_TERMINATE_EF, "TERMINATE EF", NULL},
    {0x00, 0xFE, ISO7816_INS_TERMINATE_CARD, "TERMINATE CARD USAGE", NULL},
};

/* NULL: not known. DESFire's instructions are its own. */
static const struct row *row_of(const uint8_t *command) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i)
        if (command[0] >= rows[i].first && command[0] <= rows[i].last && command[1] == rows[i].ins &&
            (command[0] != DESFIRE_CLASS || rows[i].first == DESFIRE_CLASS))
            return &rows[i];
    return NULL;
}

static void say_name(struct words *words, const uint8_t *command, const struct row *row) {
    if (row)
        say(words, "%s", row->name);
    else
        say(words, "instruction %02X of class %02X", command[1], command[0]);
}

static void say_lengths(struct words *words, const struct apdu *apdu, bool told, bool secret) {
    if (apdu->nc && !told)
        say(words, ", %u byte%s %s", (unsigned)apdu->nc, apdu->nc == 1 ? "" : "s",
            secret ? "not shown" : "of data");
    if (apdu->ne)
        say(words, ", %s%u byte%s", apdu->ne == APDU_SHORT_NE_MAX || apdu->ne == APDU_NE_MAX ? "up to " : "",
            (unsigned)apdu->ne, apdu->ne == 1 ? "" : "s");
}

size_t apdu_format(const uint8_t *command, size_t size, char *out, size_t room) {
    struct words words = {.out = out, .room = room};
    struct apdu apdu;
    size_t front, back;
    if (room)
        out[0] = '\0';
    if (size < APDU_HEADER) {
        say(&words, "no command: %u byte%s", (unsigned)size, size == 1 ? "" : "s");
        return words.length;
    }
    const struct row *row = row_of(command);
    say_name(&words, command, row);
    if (!apdu_parse(command, size, &apdu)) {
        say(&words, ", malformed: its lengths do not agree");
        return words.length;
    }
    const bool secret = secret_find(command, size, &front, &back) != SECRET_NONE;
    if (!row || !row->tell)
        say(&words, " (P1 P2 %04X)", offset_of(&apdu));
    say_lengths(&words, &apdu, row && row->tell && row->tell(&words, &apdu), secret);
    return words.length;
}
