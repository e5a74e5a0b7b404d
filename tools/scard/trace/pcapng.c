/* A trace as pcapng: see pcapng.h. */
#include "trace/pcapng.h"

#include <stdlib.h>
#include <string.h>

#include "scardssp_rm.h"

#define NAME_MAX_BYTES 1000u

/* A block that grows. */
struct block {
    uint8_t *bytes;
    size_t size, room;
    bool no_memory;
};

static void put(struct block *block, const void *bytes, size_t size) {
    if (block->room - block->size < size) {
        const size_t room = 2 * (block->size + size) + 256;
        uint8_t *larger = realloc(block->bytes, room);
        if (larger == NULL) {
            block->no_memory = true;
            return;
        }
        block->bytes = larger;
        block->room = room;
    }
    if (size)
        memcpy(block->bytes + block->size, bytes, size);
    block->size += size;
}

static void put_little(struct block *block, uint64_t value, unsigned size) {
    for (unsigned i = 0; i < size; ++i) {
        const uint8_t byte = (uint8_t)(value >> 8 * i);
        put(block, &byte, 1);
    }
}

static void put_big16(struct block *block, unsigned value) {
    const uint8_t bytes[] = {(uint8_t)(value >> 8), (uint8_t)value};
    put(block, bytes, sizeof bytes);
}

/* Zeros up to the next multiple of four; both blocks and upper PDUs begin at one. */
static void pad(struct block *block, size_t size) {
    static const uint8_t zeros[4] = {0};
    put(block, zeros, (4 - size % 4) % 4);
}

static void put_option(struct block *block, unsigned code, const void *bytes, size_t size) {
    put_little(block, code, 2);
    put_little(block, size, 2);
    put(block, bytes, size);
    pad(block, size);
}

static void put_end(struct block *block) {
    put_little(block, PCAPNG_END, 4);
}

/* Writes the block around its body. */
static void write_block(struct pcapng *pcapng, uint32_t type, struct block *body) {
    struct block whole = {.bytes = NULL};
    const size_t size = body->size + 12;
    put_little(&whole, type, 4);
    put_little(&whole, size, 4);
    put(&whole, body->bytes, body->size);
    put_little(&whole, size, 4);
    if (body->no_memory || whole.no_memory)
        pcapng->no_memory = true;
    else
        (void)fwrite(whole.bytes, 1, whole.size, pcapng->file);
    free(whole.bytes);
    free(body->bytes);
}

void pcapng_begin(struct pcapng *pcapng) {
    static const char application[] = "scard trace";
    struct block body = {.bytes = NULL};
    put_little(&body, PCAPNG_ORDER, 4);
    put_little(&body, 1, 2); /* version 1.0 */
    put_little(&body, 0, 2);
    put_little(&body, UINT64_MAX, 8); /* the section's length is not known */
    put_option(&body, PCAPNG_APPLICATION, application, sizeof application - 1);
    put_end(&body);
    write_block(pcapng, PCAPNG_SECTION, &body);
}

static void write_interface(struct pcapng *pcapng, const char *reader) {
    static const uint8_t microseconds = 6; /* 10^-6 s */
    struct block body = {.bytes = NULL};
    const size_t size = strlen(reader);
    put_little(&body, PCAPNG_UPPER_PDU, 2);
    put_little(&body, 0, 2);
    put_little(&body, 0, 4); /* packets are whole */
    put_option(&body, PCAPNG_NAME, reader, size < NAME_MAX_BYTES ? size : NAME_MAX_BYTES);
    put_option(&body, PCAPNG_RESOLUTION, &microseconds, 1);
    put_end(&body);
    write_block(pcapng, PCAPNG_INTERFACE, &body);
}

/* The reader's interface, written where it is new. pcapng->count: out of memory. */
static size_t interface_of(struct pcapng *pcapng, const char *reader) {
    for (size_t i = 0; i < pcapng->count; ++i)
        if (strcmp(pcapng->readers[i].name, reader) == 0)
            return i;
    char *name = strdup(reader);
    struct pcapng_reader *readers =
        name ? realloc(pcapng->readers, (pcapng->count + 1) * sizeof *readers) : NULL;
    if (readers == NULL) {
        free(name);
        pcapng->no_memory = true;
        return pcapng->count;
    }
    pcapng->readers = readers;
    pcapng->readers[pcapng->count] = (struct pcapng_reader){.name = name};
    write_interface(pcapng, reader);
    return pcapng->count++;
}

static void put_tag(struct block *block, unsigned tag, const void *bytes, size_t size) {
    put_big16(block, tag);
    put_big16(block, (unsigned)(size + (4 - size % 4) % 4));
    put(block, bytes, size);
    pad(block, size);
}

/* A packet to be written. */
struct packet {
    size_t number; /* of its interface */
    uint64_t time;
    const char *dissector;
    bool received; /* from the card */
    const uint8_t *bytes;
    size_t size;
    const char *comment; /* NULL: none */
};

/* Tags, then the bytes. */
static struct block upper_pdu(const struct packet *packet) {
    const uint8_t direction[] = {0, 0, 0, packet->received};
    struct block pdu = {.bytes = NULL};
    put_tag(&pdu, PCAPNG_TAG_DISSECTOR, packet->dissector, strlen(packet->dissector));
    put_tag(&pdu, PCAPNG_TAG_DIRECTION, direction, sizeof direction);
    put_tag(&pdu, PCAPNG_TAG_END, NULL, 0);
    put(&pdu, packet->bytes, packet->size);
    return pdu;
}

static void write_packet(struct pcapng *pcapng, const struct packet *packet) {
    const uint8_t flags[] = {packet->received ? PCAPNG_INBOUND : PCAPNG_OUTBOUND, 0, 0, 0};
    struct block pdu = upper_pdu(packet), body = {.no_memory = pdu.no_memory};
    put_little(&body, packet->number, 4);
    put_little(&body, packet->time >> 32, 4);
    put_little(&body, packet->time & UINT32_MAX, 4);
    put_little(&body, pdu.size, 4);
    put_little(&body, pdu.size, 4);
    put(&body, pdu.bytes, pdu.size);
    pad(&body, pdu.size);
    if (packet->comment)
        put_option(&body, PCAPNG_COMMENT, packet->comment, strlen(packet->comment));
    put_option(&body, PCAPNG_FLAGS, flags, sizeof flags);
    put_end(&body);
    free(pdu.bytes);
    write_block(pcapng, PCAPNG_PACKET, &body);
}

/* A card's ATR, where it is another one than before. */
static void write_atr(struct pcapng *pcapng, uint64_t time, const struct trace_reader *told) {
    char words[4 * ENTRY_WORDS_MAX];
    const size_t number = interface_of(pcapng, told->name);
    if (number == pcapng->count)
        return;
    struct pcapng_reader *reader = &pcapng->readers[number];
    if (reader->atr && reader->atr_size == told->atr_size &&
        memcmp(reader->atr, told->atr, told->atr_size) == 0)
        return;
    free(reader->atr);
    reader->atr = malloc(told->atr_size + 1);
    reader->atr_size = told->atr_size;
    if (reader->atr)
        memcpy(reader->atr, told->atr, told->atr_size);
    (void)scardssp_atr_text(told->atr, told->atr_size, words, sizeof words);
    write_packet(pcapng, &(struct packet){.number = number,
                                          .time = time,
                                          .dissector = PCAPNG_ATR_DISSECTOR,
                                          .received = true,
                                          .bytes = told->atr,
                                          .size = told->atr_size,
                                          .comment = words});
}

/* A line of text at a reader; control characters, which may be in names, become '?'. */
static void write_text(struct pcapng *pcapng, size_t number, uint64_t time, char *text) {
    for (char *at = text; *at; ++at)
        if ((unsigned char)*at < 0x20 || *at == 0x7F)
            *at = '?';
    write_packet(pcapng, &(struct packet){.number = number,
                                          .time = time,
                                          .dissector = PCAPNG_TEXT_DISSECTOR,
                                          .bytes = (const uint8_t *)text,
                                          .size = strlen(text)});
}

static void write_exchange(struct pcapng *pcapng, const struct trace_entry *entry) {
    char words[2 * ENTRY_WORDS_MAX], answer[ENTRY_WORDS_MAX];
    const size_t number = interface_of(pcapng, entry->on);
    if (number == pcapng->count)
        return;
    entry_command_words(entry, words);
    entry_answer_words(entry, answer);
    struct packet packet = {.number = number,
                            .time = entry->time,
                            .dissector = PCAPNG_DISSECTOR,
                            .bytes = entry->command,
                            .size = entry->command_size,
                            .comment = words};
    write_packet(pcapng, &packet);
    packet.time += entry->took;
    packet.received = true;
    packet.bytes = entry->answer;
    packet.size = entry->answer_size;
    packet.comment = answer;
    if (entry->answer_size)
        write_packet(pcapng, &packet);
    (void)snprintf(words + strlen(words), sizeof words - strlen(words), " -> %s", answer);
    write_text(pcapng, number, packet.time, words);
}

/* Calls that bring a program to a card and away, reset it, or ask its reader. */
static bool is_told(const struct trace_entry *entry) {
    static const char *const calls[] = {"connect", "reconnect", "disconnect", "control"};
    for (size_t i = 0; entry->call && entry->on && i < sizeof calls / sizeof *calls; ++i)
        if (strcmp(entry->call, calls[i]) == 0)
            return true;
    return false;
}

static void write_call(struct pcapng *pcapng, const struct trace_entry *entry) {
    char text[2 * ENTRY_WORDS_MAX];
    const size_t number = interface_of(pcapng, entry->on);
    if (number == pcapng->count)
        return;
    (void)snprintf(text, sizeof text, "%s%s%.100s = %.100s", entry->call, entry->detail ? " " : "",
                   entry->detail ? entry->detail : "",
                   entry->ended && entry->status ? entry->status : "never ended");
    write_text(pcapng, number, entry->time + entry->took, text);
}

void pcapng_write(struct pcapng *pcapng, const struct trace_entry *entry) {
    struct trace_reader reader;
    if (entry_is_command(entry)) {
        write_exchange(pcapng, entry);
        return;
    }
    if (is_told(entry))
        write_call(pcapng, entry);
    for (size_t i = 0; entry_reader(entry, i, &reader); ++i)
        write_atr(pcapng, entry->time + entry->took, &reader);
}

bool pcapng_end(struct pcapng *pcapng) {
    for (size_t i = 0; i < pcapng->count; ++i) {
        free(pcapng->readers[i].name);
        free(pcapng->readers[i].atr);
    }
    free(pcapng->readers);
    return !pcapng->no_memory;
}
