/*
 * A reader's PIN pad, as PC/SC part 10 (2.02.09) has it: which commands the reader has for it, and the
 * structures that go with them, byte by byte. Used by services/padcode.c and by the simulated reader, which
 * reads them.
 */
#ifndef SCARDSSP_APDU_PINPAD_H
#define SCARDSSP_APDU_PINPAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* CM_IOCTL_GET_FEATURE_REQUEST (2.2), in WinSCard's numbering of SCARD_CTL_CODE(3400). */
#define PINPAD_GET_FEATURES 0x00313520u

/* Features (2.3): tags of what it answers. */
enum { PINPAD_VERIFY_DIRECT = 0x06, PINPAD_MODIFY_DIRECT = 0x07 };

/* What a reader's PIN pad takes; 0: it does not. */
struct pinpad {
    uint32_t verify; /* the control code of each */
    uint32_t modify;
};

/*
 * Takes the answer to PINPAD_GET_FEATURES apart: tag, length 4, control code, most significant byte first.
 * false, and *out zeroed: it is malformed.
 */
bool pinpad_parse(const uint8_t *bytes, size_t size, struct pinpad *out);

/* How a code is put into the command (bmFormatString and what follows). */
enum pinpad_encoding { PINPAD_ASCII, PINPAD_BCD, PINPAD_BLOCK };

/* What the pad is to ask for. */
struct pinpad_request {
    enum pinpad_encoding encoding;
    uint8_t size; /* bytes of a code in the command; 0: as long as it is */
    uint8_t pad;  /* what fills it up */
    uint8_t least, most;
    uint8_t header[4]; /* CLA INS P1 P2 */
};

#define PINPAD_STRUCTURE_MAX 64u

/*
 * Writes PIN_VERIFY (2.5.2) to `out` with the command of the request. Returns its bytes; 0: such a code
 * cannot be asked for.
 */
size_t pinpad_write_verify(const struct pinpad_request *request, uint8_t out[PINPAD_STRUCTURE_MAX]);

/* The same for PIN_MODIFY (2.5.3): the old code and the new one, which is asked for twice. */
size_t pinpad_write_modify(const struct pinpad_request *request, uint8_t out[PINPAD_STRUCTURE_MAX]);

/* What a reader makes of such a structure. */
struct pinpad_order {
    bool modify;
    uint8_t format, block, length_format;
    uint8_t old_at, new_at; /* of PIN_MODIFY: where in the data the codes begin */
    uint8_t least, most;
    const uint8_t *command; /* with its filling, in the bytes that were read */
    size_t command_size;
};

/* Reads one. false: it is malformed, or names places outside of its command. */
bool pinpad_read(const uint8_t *bytes, size_t size, bool modify, struct pinpad_order *out);

/*
 * Writes a code of `size` characters into the command's data at `at`, as the order has it: fills it up, in
 * half bytes or as a block with its length. false: it does not fit the order.
 */
bool pinpad_insert(const struct pinpad_order *order, size_t at, const char *code, size_t size,
                   uint8_t *command, size_t *command_size, size_t room);

/* Status words of the reader itself (2.5.4). */
enum {
    PINPAD_SW_TIMEOUT = 0x6400,
    PINPAD_SW_CANCELLED = 0x6401,
    PINPAD_SW_DIFFERENT = 0x6402,
    PINPAD_SW_LENGTH = 0x6403,
    PINPAD_SW_PARAMETER = 0x6B80
};

#endif
