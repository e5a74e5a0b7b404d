/* A reader's PIN pad, as PC/SC part 10 has it: see pinpad.h. */
#include "apdu/pinpad.h"

#include <string.h>

#define FEATURE_SIZE 6u /* tag, length, control code */
#define HEADER_SIZE 4u
#define VERIFY_SIZE 19u /* before the command */
#define MODIFY_SIZE 24u
#define BLOCK_SIZE 8u /* ISO 9564-1 format 2 */
#define FORM_SIZE_MAX 16u

/* bmFormatString: positions are bytes; left justified; how digits are written. */
enum { UNITS_BYTES = 0x80, POSITION_SHIFT = 3, FORMAT_BCD = 0x01, FORMAT_ASCII = 0x02, FORMAT_MASK = 0x03 };
/* bmPINBlockString: bits of the length in the command, bytes of the block. */
enum { LENGTH_BITS_SHIFT = 4, BLOCK_MASK = 0x0F };

#define TIMEOUT_SECONDS 30u
#define KEY_PRESSED 0x02u     /* bEntryValidationCondition: the user says when the code is whole */
#define LANGUAGE 0x0409u      /* English, of the reader's messages */
#define CONFIRM_AND_OLD 0x03u /* bConfirmPIN: the new code twice, and the old one */

bool pinpad_parse(const uint8_t *bytes, size_t size, struct pinpad *out) {
    *out = (struct pinpad){0};
    if (size % FEATURE_SIZE != 0)
        return false;
    struct pinpad found = {0};
    for (const uint8_t *at = bytes; at < bytes + size; at += FEATURE_SIZE) {
        const uint32_t code = (uint32_t)at[2] << 24 | (uint32_t)at[3] << 16 | (uint32_t)at[4] << 8 | at[5];
        if (at[1] != sizeof code)
            return false;
        if (at[0] == PINPAD_VERIFY_DIRECT)
            found.verify = code;
        else if (at[0] == PINPAD_MODIFY_DIRECT)
            found.modify = code;
    }
    *out = found;
    return true;
}

/* The part that both structures begin with. */
static void write_form(const struct pinpad_request *request, uint8_t *out) {
    out[0] = out[1] = TIMEOUT_SECONDS;
    if (request->encoding == PINPAD_BLOCK) {
        out[2] = UNITS_BYTES | 1u << POSITION_SHIFT | FORMAT_BCD; /* behind the byte with the length */
        out[3] = 4u << LENGTH_BITS_SHIFT | (BLOCK_SIZE - 1);
        out[4] = 4; /* bits before the length: the format's own number */
    } else {
        out[2] = UNITS_BYTES | (request->encoding == PINPAD_BCD ? FORMAT_BCD : FORMAT_ASCII);
        out[3] = request->size;
        out[4] = 0;
    }
}

static bool can_be_asked(const struct pinpad_request *request) {
    return request->size < FORM_SIZE_MAX &&
           (request->encoding != PINPAD_BLOCK || request->size == BLOCK_SIZE);
}

static void write_number(uint8_t *out, uint32_t number, size_t size) {
    for (size_t i = 0; i < size; ++i)
        out[i] = (uint8_t)(number >> 8 * i);
}

/* The command with `codes` places for codes, and its size before it. */
static size_t write_command(const struct pinpad_request *request, unsigned codes, uint8_t *out) {
    const size_t data = (size_t)codes * request->size;
    write_number(out, (uint32_t)(HEADER_SIZE + 1 + data), 4);
    memcpy(out + 4, request->header, HEADER_SIZE);
    out[4 + HEADER_SIZE] = (uint8_t)data;
    memset(out + 4 + HEADER_SIZE + 1, request->pad, data);
    for (unsigned i = 0; i < codes && request->encoding == PINPAD_BLOCK; ++i)
        out[4 + HEADER_SIZE + 1 + (size_t)i * request->size] = 0x20;
    return HEADER_SIZE + 1 + data;
}

size_t pinpad_write_verify(const struct pinpad_request *request, uint8_t out[PINPAD_STRUCTURE_MAX]) {
    if (!can_be_asked(request))
        return 0;
    memset(out, 0, VERIFY_SIZE);
    write_form(request, out);
    out[5] = request->most;
    out[6] = request->least;
    out[7] = KEY_PRESSED;
    out[8] = 1; /* message */
    write_number(out + 9, LANGUAGE, 2);
    return VERIFY_SIZE + write_command(request, 1, out + VERIFY_SIZE - 4);
}

size_t pinpad_write_modify(const struct pinpad_request *request, uint8_t out[PINPAD_STRUCTURE_MAX]) {
    if (!can_be_asked(request) || request->size == 0) /* nobody knows where the new one begins */
        return 0;
    memset(out, 0, MODIFY_SIZE);
    write_form(request, out);
    out[6] = request->size; /* the new one is behind the old one */
    out[7] = request->most;
    out[8] = request->least;
    out[9] = CONFIRM_AND_OLD;
    out[10] = KEY_PRESSED;
    out[11] = 3; /* messages: the old, the new, the new again */
    write_number(out + 12, LANGUAGE, 2);
    out[15] = 1;
    out[16] = 2;
    return MODIFY_SIZE + write_command(request, 2, out + MODIFY_SIZE - 4);
}

bool pinpad_read(const uint8_t *bytes, size_t size, bool modify, struct pinpad_order *out) {
    const size_t head = modify ? MODIFY_SIZE : VERIFY_SIZE;
    *out = (struct pinpad_order){.modify = modify};
    if (size < head + HEADER_SIZE + 1)
        return false;
    const uint8_t *const length = bytes + head - 4, *const limits = bytes + (modify ? 7 : 5);
    const uint32_t told =
        (uint32_t)length[3] << 24 | (uint32_t)length[2] << 16 | (uint32_t)length[1] << 8 | length[0];
    if (told != size - head || bytes[head + HEADER_SIZE] != size - head - HEADER_SIZE - 1 ||
        limits[1] > limits[0])
        return false;
    *out = (struct pinpad_order){.modify = modify,
                                 .format = bytes[2],
                                 .block = bytes[3],
                                 .length_format = bytes[4],
                                 .old_at = modify ? bytes[5] : 0,
                                 .new_at = modify ? bytes[6] : 0,
                                 .least = limits[1],
                                 .most = limits[0],
                                 .command = bytes + head,
                                 .command_size = size - head};
    return (out->format & UNITS_BYTES) != 0;
}

/* A code as long as it is: the command grows. */
static bool append(const char *code, size_t size, uint8_t *command, size_t *command_size, size_t room) {
    if (*command_size + size > room || command[HEADER_SIZE] + size > UINT8_MAX)
        return false;
    memcpy(command + *command_size, code, size);
    *command_size += size;
    command[HEADER_SIZE] = (uint8_t)(command[HEADER_SIZE] + size);
    return true;
}

static void put_digits(uint8_t *block, const char *code, size_t size) {
    for (size_t i = 0; i < size; ++i) {
        const unsigned digit = (unsigned)(code[i] - '0') & 0x0Fu;
        uint8_t *const byte = &block[i / 2];
        *byte = (uint8_t)(i % 2 ? (*byte & 0xF0u) | digit : (*byte & 0x0Fu) | digit << 4);
    }
}

bool pinpad_insert(const struct pinpad_order *order, size_t at, const char *code, size_t size,
                   uint8_t *command, size_t *command_size, size_t room) {
    const size_t block = order->block & BLOCK_MASK, position = (order->format >> POSITION_SHIFT) & 0x0Fu;
    const bool ascii = (order->format & FORMAT_MASK) == FORMAT_ASCII;
    if (size < order->least || (order->most && size > order->most))
        return false;
    if (block == 0)
        return ascii && append(code, size, command, command_size, room);
    const size_t start = HEADER_SIZE + 1 + at;
    if (start + position + block > *command_size || (ascii ? size : (size + 1) / 2) > block)
        return false;
    if (order->block >> LENGTH_BITS_SHIFT)
        command[start] = (uint8_t)((command[start] & 0xF0u) | size);
    if (ascii)
        memcpy(command + start + position, code, size);
    else
        put_digits(command + start + position, code, size);
    return true;
}
