/* Commands of a pcapng file: see pcapngfile.h. */
#include "trace/pcapngfile.h"

#include <stdlib.h>
#include <string.h>

#include "scardssp_rm.h"
#include "trace/pcapng.h"

#define BLOCK_LEAST 12u
#define SECTION_LEAST 28u
#define INTERFACE_HEAD 8u
#define PACKET_HEAD 20u
#define INTERFACES_MAX 4096u

/* A file that is being read. */
struct reading {
    struct trace_list *list;
    char **readers; /* by interface; "" where it has no name */
    bool *upper;    /* its packets are upper PDUs */
    size_t *open;   /* the interface's last command, which has no answer yet, and 1; 0: none */
    size_t count;
    bool no_memory;
};

static uint32_t little(const uint8_t *bytes, unsigned size) {
    uint32_t value = 0;
    for (unsigned i = 0; i < size; ++i)
        value |= (uint32_t)bytes[i] << 8 * i;
    return value;
}

static unsigned big16(const uint8_t *bytes) {
    return (unsigned)bytes[0] << 8 | bytes[1];
}

bool pcapngfile_is(const uint8_t *bytes, size_t size) {
    return size >= 4 && little(bytes, 4) == PCAPNG_SECTION;
}

static char *copy_text(const uint8_t *bytes, size_t size) {
    char *text = malloc(size + 1);
    if (text) {
        memcpy(text, bytes, size);
        text[size] = '\0';
    }
    return text;
}

static uint8_t *copy_bytes(const uint8_t *bytes, size_t size) {
    uint8_t *copy = malloc(size + 1);
    if (copy && size)
        memcpy(copy, bytes, size);
    return copy;
}

/* The option of this code; false: there is none. */
static bool find_option(const uint8_t *at, size_t size, unsigned wanted, const uint8_t **out,
                        size_t *out_size) {
    while (size >= 4) {
        const unsigned code = little(at, 2);
        const size_t length = little(at + 2, 2), whole = 4 + (length + 3) / 4 * 4;
        if (code == PCAPNG_END || whole > size)
            return false;
        if (code == wanted) {
            *out = at + 4;
            *out_size = length;
            return true;
        }
        at += whole;
        size -= whole;
    }
    return false;
}

static bool add_room(struct reading *reading) {
    const size_t count = reading->count + 1;
    char **readers = realloc(reading->readers, count * sizeof *readers);
    reading->readers = readers ? readers : reading->readers;
    bool *upper = realloc(reading->upper, count * sizeof *upper);
    reading->upper = upper ? upper : reading->upper;
    size_t *open = realloc(reading->open, count * sizeof *open);
    reading->open = open ? open : reading->open;
    return readers && upper && open;
}

static bool take_interface(struct reading *reading, const uint8_t *body, size_t size) {
    const uint8_t *name = NULL;
    size_t length = 0;
    if (size < INTERFACE_HEAD || reading->count == INTERFACES_MAX)
        return false;
    (void)find_option(body + INTERFACE_HEAD, size - INTERFACE_HEAD, PCAPNG_NAME, &name, &length);
    char *text = add_room(reading) ? copy_text(name ? name : body, length) : NULL;
    if (text == NULL) {
        reading->no_memory = true;
        return false;
    }
    reading->readers[reading->count] = text;
    reading->upper[reading->count] = little(body, 2) == PCAPNG_UPPER_PDU;
    reading->open[reading->count++] = 0;
    return true;
}

/* What the tags before an upper PDU say. */
struct upper {
    const uint8_t *dissector;
    size_t dissector_size;
    bool received;
    const uint8_t *bytes;
    size_t size;
};

static bool take_tags(const uint8_t *at, size_t size, struct upper *out) {
    while (size >= 4) {
        const unsigned tag = big16(at);
        const size_t length = big16(at + 2);
        at += 4;
        size -= 4;
        if (tag == PCAPNG_TAG_END) {
            out->bytes = at;
            out->size = size;
            return out->dissector != NULL;
        }
        if (length > size)
            return false;
        if (tag == PCAPNG_TAG_DISSECTOR) {
            out->dissector = at;
            out->dissector_size = length;
        }
        if (tag == PCAPNG_TAG_DIRECTION && length == 4)
            out->received = at[3] == 1;
        at += length;
        size -= length;
    }
    return false;
}

/* Names are padded with zeros. */
static bool is_for(const struct upper *upper, const char *dissector) {
    const size_t length = strlen(dissector);
    if (upper->dissector_size < length || memcmp(upper->dissector, dissector, length) != 0)
        return false;
    for (size_t i = length; i < upper->dissector_size; ++i)
        if (upper->dissector[i] != 0)
            return false;
    return true;
}

/* pcapng.c writes fillers for all that the rule hides. */
static void find_hidden(struct trace_entry *entry) {
    size_t start = 0, count = 0;
    (void)scardssp_apdu_secret(entry->command, entry->command_size, &start, &count);
    for (size_t i = start; i < start + count; ++i)
        if (entry->command[i] != ENTRY_FILLER)
            return;
    entry->hidden_at = start;
    entry->hidden_count = count;
}

static bool add_entry(struct reading *reading, struct trace_entry *entry, bool whole) {
    if (whole && entry->call && entry->on && entry->status && entry->detail &&
        trace_list_add(reading->list, entry))
        return true;
    entry_clear(entry);
    reading->no_memory = true;
    return false;
}

static struct trace_entry begin_entry(const struct reading *reading, size_t number, const char *call,
                                      uint64_t time) {
    return (struct trace_entry){.time = time,
                                .number = reading->list->count + 1,
                                .ended = true,
                                .call = strdup(call),
                                .on = strdup(reading->readers[number]),
                                .status = strdup(""),
                                .detail = strdup("")};
}

static bool take_command(struct reading *reading, size_t number, uint64_t time, const struct upper *upper) {
    struct trace_entry entry = begin_entry(reading, number, "transmit", time);
    entry.command = copy_bytes(upper->bytes, upper->size);
    entry.command_size = upper->size;
    if (entry.command)
        find_hidden(&entry);
    if (!add_entry(reading, &entry, entry.command != NULL))
        return false;
    reading->open[number] = reading->list->count;
    return true;
}

static bool take_answer(struct reading *reading, size_t number, uint64_t time, const struct upper *upper) {
    if (reading->open[number] == 0)
        return true; /* its command was not written */
    struct trace_entry *entry = &reading->list->entries[reading->open[number] - 1];
    entry->answer = copy_bytes(upper->bytes, upper->size);
    entry->answer_size = entry->answer ? upper->size : 0;
    entry->took = time > entry->time ? time - entry->time : 0;
    reading->open[number] = 0;
    reading->no_memory = reading->no_memory || entry->answer == NULL;
    return entry->answer != NULL;
}

static bool take_atr(struct reading *reading, size_t number, uint64_t time, const struct upper *upper) {
    struct trace_entry entry = begin_entry(reading, number, "status", time);
    entry.atr = copy_bytes(upper->bytes, upper->size);
    entry.atr_size = upper->size;
    return add_entry(reading, &entry, entry.atr != NULL);
}

static bool take_packet(struct reading *reading, const uint8_t *body, size_t size) {
    struct upper upper = {.dissector = NULL};
    if (size < PACKET_HEAD || little(body + 12, 4) > size - PACKET_HEAD || little(body, 4) >= reading->count)
        return false;
    const size_t number = little(body, 4);
    const uint64_t time = (uint64_t)little(body + 4, 4) << 32 | little(body + 8, 4);
    if (!reading->upper[number] || !take_tags(body + PACKET_HEAD, little(body + 12, 4), &upper))
        return true;
    if (is_for(&upper, PCAPNG_ATR_DISSECTOR))
        return take_atr(reading, number, time, &upper);
    if (!is_for(&upper, PCAPNG_DISSECTOR))
        return true;
    return upper.received ? take_answer(reading, number, time, &upper)
                          : take_command(reading, number, time, &upper);
}

/* Interfaces are numbered by section. */
static void forget_interfaces(struct reading *reading) {
    for (size_t i = 0; i < reading->count; ++i)
        free(reading->readers[i]);
    reading->count = 0;
}

static bool take_block(struct reading *reading, const uint8_t *block, size_t size) {
    const uint8_t *body = block + 8;
    switch (little(block, 4)) {
    case PCAPNG_SECTION:
        forget_interfaces(reading);
        return size >= SECTION_LEAST && little(body, 4) == PCAPNG_ORDER;
    case PCAPNG_INTERFACE:
        return take_interface(reading, body, size - BLOCK_LEAST);
    case PCAPNG_PACKET:
        return take_packet(reading, body, size - BLOCK_LEAST);
    default:
        return true;
    }
}

enum pcapngfile_result pcapngfile_read(const uint8_t *bytes, size_t size, struct trace_list *list) {
    struct reading reading = {.list = list};
    bool good = pcapngfile_is(bytes, size);
    while (good && size > 0) {
        const size_t block = size < BLOCK_LEAST ? 0 : little(bytes + 4, 4);
        good = block >= BLOCK_LEAST && block <= size && block % 4 == 0 &&
               little(bytes + block - 4, 4) == block && take_block(&reading, bytes, block);
        bytes += good ? block : 0;
        size -= good ? block : 0;
    }
    forget_interfaces(&reading);
    free(reading.readers);
    free(reading.upper);
    free(reading.open);
    return good ? PCAPNGFILE_OK : reading.no_memory ? PCAPNGFILE_NO_MEMORY : PCAPNGFILE_BAD;
}
