/*
 * File control parameters (ISO/IEC 7816-4:2005 §5.3.3): what a card says of a file when it is selected, and
 * what a program says of one that the card shall create. Used by services/ above the card and by the
 * simulated card.
 */
#ifndef SCARDSSP_APDU_FCP_H
#define SCARDSSP_APDU_FCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FCP_NAME_MAX 16u
#define FCP_WRITE_MAX 32u /* bytes that fcp_write() writes at most */

/* Templates (table 10), and the tags in them that have a meaning for everybody (table 12). */
enum fcp_tag {
    FCP_TEMPLATE = 0x62, /* file control parameters */
    FMD_TEMPLATE = 0x64, /* file management data */
    FCI_TEMPLATE = 0x6F, /* both */
    FCP_SIZE = 0x80,
    FCP_TOTAL_SIZE = 0x81,
    FCP_DESCRIPTOR = 0x82,
    FCP_ID = 0x83,
    FCP_NAME = 0x84,
    FCP_SFI = 0x88,
    FCP_LIFE_CYCLE = 0x8A,
};

/* What is known of a file's structure (table 14). */
enum fcp_kind {
    FCP_KIND_UNKNOWN, /* no descriptor, or one that says nothing */
    FCP_KIND_DF,
    FCP_KIND_TRANSPARENT,
    FCP_KIND_LINEAR_FIXED,
    FCP_KIND_LINEAR_VARIABLE,
    FCP_KIND_CYCLIC,
    FCP_KIND_TLV, /* an EF of data objects */
};

/* What table 87 says of WRITE BINARY and WRITE RECORD, bits 7 and 6 of the data coding byte. */
enum fcp_write { FCP_WRITE_ONCE, FCP_WRITE_PROPRIETARY, FCP_WRITE_OR, FCP_WRITE_AND };

/*
 * Parameters taken apart. What a `has_` denies is 0. Numbers are the card's word: nothing says that the file
 * really is that large.
 */
struct fcp {
    enum fcp_kind kind;
    bool internal; /* an EF that the card itself uses: a key, a PIN */
    bool has_size, has_total, has_descriptor, has_coding, has_id, has_life_cycle;
    uint32_t size;         /* 80: data bytes, without what the structure costs */
    uint32_t total;        /* 81: with it */
    uint8_t descriptor;    /* 82, first byte */
    uint8_t coding;        /* 82, second byte (table 87) */
    uint16_t record_size;  /* 82: bytes a record has at most; 0: not told */
    uint16_t record_count; /* 82: 0: not told */
    uint16_t id;           /* 83 */
    uint8_t name_size;     /* 84; 0: none */
    uint8_t name[FCP_NAME_MAX];
    bool no_sfi;        /* 88 without a value: the file has no short identifier */
    uint8_t sfi;        /* 88: 1 to 30; 0: not told */
    uint8_t life_cycle; /* 8A (table 13) */
};

/*
 * Takes the parameters apart. `bytes` are a template 62, 6F or 64 (also 62 inside 6F), or the objects without
 * one. false, with *out zeroed: there is no such object among them, or they are malformed. Of an object that
 * is there twice the first counts; one whose value cannot be what the tag says is left out.
 */
bool fcp_parse(const uint8_t *bytes, size_t size, struct fcp *out);

/*
 * The objects inside the template, as above: *content and *content_size lead into `bytes`. false, with both
 * 0: there is none, or the template is cut off.
 */
bool fcp_content(const uint8_t *bytes, size_t size, const uint8_t **content, size_t *content_size);

/*
 * Writes size, descriptor, identifier and life cycle (80, 82, 83, 8A), those that are known, without a
 * template around them. Returns the bytes.
 */
size_t fcp_write(const struct fcp *fcp, uint8_t out[FCP_WRITE_MAX]);

/* The kind a file descriptor byte stands for. */
enum fcp_kind fcp_kind_of(uint8_t descriptor);

/* Whether a file of that kind consists of records. */
bool fcp_kind_has_records(enum fcp_kind kind);

/* Whether the life cycle status byte says that the file is deactivated (04, 06) or terminated (0C to 0F). */
bool fcp_is_deactivated(const struct fcp *fcp);
bool fcp_is_terminated(const struct fcp *fcp);

/* What writing to the file does; FCP_WRITE_PROPRIETARY where there is no data coding byte. */
enum fcp_write fcp_write_of(const struct fcp *fcp);

#endif
