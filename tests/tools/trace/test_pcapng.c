/* Traces as pcapng: every byte of a file, what is read back from it, and files that are broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/ascii.h"
#include "support/kits/recording.h"
#include "trace/pcapng.h"
#include "trace/pcapngfile.h"

static uint8_t verify[] = {0x00, 0x20, 0x00, 0x01, 0x04, 0x2A, 0x2A, 0x2A, 0x2A};
static uint8_t select_mf[] = {0x00, 0xA4, 0x00, 0x0C, 0x02, 0x3F, 0x00};
static uint8_t good[] = {0x90, 0x00};
static uint8_t atr[] = {0x3B, 0x00};
static char transmit[] = "transmit", status[] = "status", left[] = "L", right[] = "Right",
            done[] = "SCARD_S_SUCCESS", lost[] = "SCARD_W_RESET_CARD";

static struct trace_entry exchange(char *reader, uint64_t time, uint8_t *command, size_t size) {
    return (struct trace_entry){.time = time,
                                .took = 0x10,
                                .ended = true,
                                .call = transmit,
                                .on = reader,
                                .status = done,
                                .command = command,
                                .command_size = size,
                                .answer = good,
                                .answer_size = sizeof good};
}

/* Writes entries into a recording. */
static void write_all(struct recording *recording, const struct trace_entry *entries, size_t count) {
    assert_true(recording_open(recording));
    struct pcapng pcapng = {.file = recording->out};
    pcapng_begin(&pcapng);
    for (size_t i = 0; i < count; ++i)
        pcapng_write(&pcapng, &entries[i]);
    assert_true(pcapng_end(&pcapng));
    assert_true(recording_read(recording));
}

/* Where bytes stand in a recording; NULL: nowhere. */
static char *find(const struct recording *recording, const char *bytes, size_t size) {
    for (size_t at = 0; at + size <= recording->size; ++at)
        if (memcmp(recording->text + at, bytes, size) == 0)
            return recording->text + at;
    return NULL;
}

/* The whole file of one command and its answer, by the pcapng draft and Wireshark's exported_pdu.h. */
static const char *const wanted[] = {
    /* section: type, size, order of bytes, version 1.0, length not known; application; end; size */
    "0A0D0D0A 30000000 4D3C2B1A 01000000 FFFFFFFFFFFFFFFF",
    "04000B00 736361726420747261636500 00000000 30000000",
    /* interface: type, size, link type 252, packets are whole; name; microseconds; end; size */
    "01000000 28000000 FC000000 00000000 02000100 4C000000 09000100 06000000 00000000 28000000",
    /* packet: type, size, interface, time (high, low), captured, length */
    "06000000 60000000 00000000 23010000 AB896745 1F000000 1F000000",
    /* tags: dissector, direction (sent), end; the command, padded */
    "000C0008 69736F3738313600 00230004 00000000 00000000 00A4000C023F00 00",
    /* comment "SELECT file 3F00", outbound, end; size */
    "01001000 53454C4543542066696C652033463030 02000400 02000000 00000000 60000000",
    "06000000 5C000000 00000000 23010000 BB896745 1A000000 1A000000",
    "000C0008 69736F3738313600 00230004 00000001 00000000 9000 0000",
    /* comment "9000: success", inbound */
    "01000D00 393030303A2073756363657373000000 02000400 01000000 00000000 5C000000",
    /* the words of both, 33 bytes, without a comment */
    "06000000 68000000 00000000 23010000 BB896745 39000000 39000000",
    "000C0008 7379736C6F670000 00230004 00000000 00000000",
    "53454C4543542066696C652033463030 202D3E20 393030303A2073756363657373 000000",
    "02000400 02000000 00000000 68000000",
};

static void test_pcapng__every_byte(void **state) {
    (void)state;
    struct recording recording;
    uint8_t bytes[512];
    size_t size = 0;
    const struct trace_entry entry = exchange(left, 0x123456789AB, select_mf, sizeof select_mf);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; ++i)
        for (const char *at = wanted[i]; *at; at += 2) {
            at += *at == ' ';
            assert_true(ascii_digit(at[0]) >= 0 && ascii_digit(at[1]) >= 0);
            bytes[size++] = (uint8_t)(ascii_digit(at[0]) << 4 | ascii_digit(at[1]));
        }
    write_all(&recording, &entry, 1);
    assert_int_equal(recording.size, size);
    assert_memory_equal(recording.text, bytes, size);
    recording_close(&recording);
}

static bool holds(const struct recording *recording, const char *text) {
    const size_t size = strlen(text);
    for (size_t at = 0; at + size <= recording->size; at++)
        if (memcmp(recording->text + at, text, size) == 0)
            return true;
    return false;
}

/* Two readers, a secret, an answer that did not come, an ATR told twice. */
static void test_pcapng__there_and_back(void **state) {
    (void)state;
    struct trace_reader told[] = {{.name = left, .atr = atr, .atr_size = 2},
                                  {.name = right, .atr = atr, .atr_size = 2}};
    struct trace_entry entries[] = {
        exchange(left, 100, select_mf, sizeof select_mf),
        {.time = 110, .ended = true, .call = status, .on = right, .status = done, .atr = atr, .atr_size = 2},
        {.time = 111, .ended = true, .call = status, .on = right, .status = done, .atr = atr, .atr_size = 2},
        {.time = 112,
         .ended = true,
         .call = status,
         .on = done,
         .status = done,
         .readers = told,
         .reader_count = 2},
        exchange(right, 120, verify, sizeof verify),
        exchange(left, 130, select_mf, sizeof select_mf),
    };
    struct recording recording;
    struct trace_list list = {.entries = NULL};
    char words[ENTRY_WORDS_MAX];
    entries[5].answer_size = 0;
    entries[5].status = lost;
    write_all(&recording, entries, sizeof entries / sizeof *entries);
    assert_int_equal(pcapngfile_read((const uint8_t *)recording.text, recording.size, &list), PCAPNGFILE_OK);
    assert_int_equal(list.count, 5);
    assert_string_equal(list.entries[0].on, left);
    assert_true(list.entries[0].time == 100 && list.entries[0].took == 0x10);
    assert_int_equal(list.entries[0].command_size, sizeof select_mf);
    assert_memory_equal(list.entries[0].command, select_mf, sizeof select_mf);
    assert_int_equal(list.entries[0].hidden_count, 0);
    assert_int_equal(list.entries[0].answer_size, 2);
    assert_memory_equal(list.entries[0].answer, good, 2);
    assert_false(entry_is_command(&list.entries[1]));
    assert_string_equal(list.entries[1].on, right);
    assert_int_equal(list.entries[1].atr_size, 2);
    assert_string_equal(list.entries[2].on, left);
    assert_int_equal(list.entries[2].atr_size, 2);
    assert_string_equal(list.entries[3].on, right);
    assert_int_equal(list.entries[3].hidden_at, 5);
    assert_int_equal(list.entries[3].hidden_count, 4);
    assert_null(list.entries[4].answer);
    entry_answer_words(&list.entries[4], words);
    assert_string_equal(words, "no answer");
    assert_true(holds(&recording, "SELECT file 3F00 -> no answer: SCARD_W_RESET_CARD"));
    trace_list_clear(&list);
    recording_close(&recording);
}

/* Cut anywhere and with any byte changed, a file is read or refused; the sanitizers watch. */
static void test_pcapng__broken(void **state) {
    (void)state;
    struct recording recording;
    const struct trace_entry entries[] = {exchange(left, 1, select_mf, sizeof select_mf),
                                          exchange(right, 2, verify, sizeof verify)};
    write_all(&recording, entries, 2);
    for (size_t size = 0; size < recording.size; ++size) {
        struct trace_list list = {.entries = NULL};
        uint8_t *part = malloc(size + 1); /* just so large, for the sanitizers */
        memcpy(part, recording.text, size);
        const enum pcapngfile_result result = pcapngfile_read(part, size, &list);
        assert_true(result == PCAPNGFILE_OK || result == PCAPNGFILE_BAD);
        assert_true(list.count <= 2);
        trace_list_clear(&list);
        free(part);
    }
    for (size_t at = 0; at < recording.size; ++at) {
        struct trace_list list = {.entries = NULL};
        uint8_t *whole = malloc(recording.size);
        memcpy(whole, recording.text, recording.size);
        whole[at] ^= 0xFF;
        (void)pcapngfile_read(whole, recording.size, &list);
        trace_list_clear(&list);
        free(whole);
    }
    recording_close(&recording);
}

/* What others wrote into such a file, or in the other order of bytes. */
static void test_pcapng__of_others(void **state) {
    (void)state;
    static const uint8_t turned[] = {0x0A, 0x0D, 0x0D, 0x0A, 0, 0, 0,    28,   0x1A, 0x2B,
                                     0x3C, 0x4D, 0,    1,    0, 0, 0xFF, 0xFF, 0xFF, 0xFF,
                                     0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0,    28};
    struct trace_list list = {.entries = NULL};
    assert_int_equal(pcapngfile_read(turned, sizeof turned, &list), PCAPNGFILE_BAD);
    assert_int_equal(pcapngfile_read(turned, 0, &list), PCAPNGFILE_BAD);
    struct recording recording;
    const struct trace_entry entry = exchange(left, 1, select_mf, sizeof select_mf);
    write_all(&recording, &entry, 1);
    char *type = find(&recording, "\xFC\0\0\0", 4);
    assert_non_null(type);
    type[0] = 1; /* Ethernet */
    assert_int_equal(pcapngfile_read((const uint8_t *)recording.text, recording.size, &list), PCAPNGFILE_OK);
    assert_int_equal(list.count, 0);
    recording_close(&recording);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pcapng__every_byte),
        cmocka_unit_test(test_pcapng__there_and_back),
        cmocka_unit_test(test_pcapng__broken),
        cmocka_unit_test(test_pcapng__of_others),
    };
    return cmocka_run_group_tests_name("pcapng", tests, NULL, NULL);
}
