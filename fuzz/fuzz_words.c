/*
 * What is said of a command: its words, and how much of it may be shown. Bytes that may be secret are
 * counted and never shown: the text is the same whatever they are.
 */
#include <stdlib.h>
#include <string.h>

#include "apdu/capabilities.h"
#include "apdu/secret.h"
#include "apdu/words.h"
#include "fuzz.h"

/* The words, in a room of exactly that size. */
static size_t words_of(const uint8_t *command, size_t size, char *out, size_t room) {
    char *const text = fuzz_alloc(room);
    memset(text, 'x', room);
    const size_t length = apdu_format(command, size, text, room);
    if (room)
        FUZZ_CHECK(memchr(text, '\0', room) && strlen(text) == (length < room ? length : room - 1));
    memcpy(out, text, room);
    free(text);
    return length;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char text[APDU_TEXT_MAX], again[APDU_TEXT_MAX], cut[APDU_TEXT_MAX];
    size_t front = 77, back = 77;
    uint8_t *const command = fuzz_copy(data, size, 0);
    const enum secret secret = secret_find(command, size, &front, &back);
    FUZZ_CHECK(front <= size && back <= size - front);
    FUZZ_CHECK(secret != SECRET_NONE || (front == size && back == 0));
    const size_t length = words_of(command, size, text, sizeof text);
    FUZZ_CHECK(length < APDU_TEXT_MAX);
    const size_t room = size ? command[size - 1] % APDU_TEXT_MAX : 0;
    FUZZ_CHECK(words_of(command, size, cut, room) == length);
    for (size_t i = front; i < size - back; ++i)
        command[i] ^= 0x5A;
    size_t front_again = 77, back_again = 77;
    if (secret == SECRET_CERTAIN && secret_find(command, size, &front_again, &back_again) == secret &&
        front_again == front) {
        (void)words_of(command, size, again, sizeof again);
        FUZZ_CHECK(strcmp(text, again) == 0);
    }
    free(command);
    const struct capabilities found = capabilities_of_atr(data, size);
    FUZZ_CHECK(found.size <= CAPABILITIES_MAX);
    FUZZ_CHECK((int)capabilities_extended(&found) >= CAPABILITIES_SILENT);
    return 0;
}
