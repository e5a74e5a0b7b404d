/*
 * Writes a trace as pcapng (draft-ietf-opsawg-pcapng), which Wireshark and tshark decode as ISO 7816 without
 * being set up: each reader is an interface, each command, answer and ATR a packet, and behind an answer, and
 * for calls that connect to a card and reset it, stands a packet of text with the words, which their lists of
 * packets show: of an answer they show no status word themselves. A packet is Wireshark's "upper PDU" (link
 * type 252), which begins with the name of the dissector that is to take it. Numbers are little-endian.
 */
#ifndef SCARD_TRACE_PCAPNG_H
#define SCARD_TRACE_PCAPNG_H

#include <stdbool.h>
#include <stdio.h>

#include "trace/entry.h"

/* What blocks and options are called by number. */
enum pcapng_block { PCAPNG_SECTION = 0x0A0D0D0A, PCAPNG_INTERFACE = 1, PCAPNG_PACKET = 6 };
enum pcapng_option {
    PCAPNG_END = 0,
    PCAPNG_COMMENT = 1,
    PCAPNG_NAME = 2,        /* of an interface */
    PCAPNG_FLAGS = 2,       /* of a packet */
    PCAPNG_APPLICATION = 4, /* of a section */
    PCAPNG_RESOLUTION = 9   /* of an interface's times */
};
/* The tags before an upper PDU (Wireshark's epan/exported_pdu.h); big-endian, each on four bytes. */
enum pcapng_tag { PCAPNG_TAG_END = 0, PCAPNG_TAG_DISSECTOR = 12, PCAPNG_TAG_DIRECTION = 35 };

#define PCAPNG_ORDER 0x1A2B3C4Du
#define PCAPNG_UPPER_PDU 252u
#define PCAPNG_INBOUND 1u
#define PCAPNG_OUTBOUND 2u
#define PCAPNG_DISSECTOR "iso7816"
#define PCAPNG_ATR_DISSECTOR "iso7816.atr"
#define PCAPNG_TEXT_DISSECTOR "syslog" /* shows text as it stands */

/* What is known of a reader. */
struct pcapng_reader {
    char *name;
    uint8_t *atr; /* as it was written last */
    size_t atr_size;
};

/* A file that is being written. Starts zeroed, but for `file`. */
struct pcapng {
    FILE *file;
    struct pcapng_reader *readers; /* in the order of their interfaces */
    size_t count;
    bool no_memory; /* something could not be written for it */
};

/* Writes the beginning of the file. */
void pcapng_begin(struct pcapng *pcapng);

/*
 * Writes what an entry has for it: command, answer and words, which stand side by side whatever goes on at
 * other readers; an ATR that is new in its reader; a call that connects or resets. The words of
 * commands and answers are their comments, too. Secrets are ENTRY_FILLER.
 */
void pcapng_write(struct pcapng *pcapng, const struct trace_entry *entry);

/* Frees what it has. False: there was no memory. Errors of `file` are for the caller to look for. */
bool pcapng_end(struct pcapng *pcapng);

#endif
