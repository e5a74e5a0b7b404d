/*
 * A scripted card for the tests of the exchange engine: each step tells which bytes must come and which go
 * back. A step too few or too many, or a wrong byte, fails the test.
 */
#ifndef TESTS_APDU_SCRIPT_H
#define TESTS_APDU_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "apdu/exchange.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define RECEIVE_MAX 65548u
#define LINK_ERROR 0x80100069u
#define LINK_ENOUGH 0x80100002u

/* One unit: bytes expected, bytes answered (hexadecimal); or, without an answer, the link's error code. */
struct step {
    const char *send;
    const char *answer;
    uint32_t code;
};

struct script {
    const struct step *steps;
    size_t count;
    size_t at;
    size_t asked;        /* how often it was asked whether to go on */
    size_t stop;         /* the unit before which it says no, 0: none */
    size_t room;         /* receive size of the last step */
    const uint8_t *sent; /* where the last command lay */
};

/* Reads hexadecimal text, blanks allowed; returns the bytes written to out. Fails the test beyond `room`. */
size_t unhex(const char *text, uint8_t *out, size_t room);

/* The link: exchange_transmit with a struct script. */
uint32_t script_transmit(void *link, const uint8_t *send, size_t send_size, uint8_t *receive,
                         size_t *receive_size);

struct setting {
    enum exchange_protocol protocol;
    bool raw;
    int alternate; /* class of GET RESPONSE, -1: none set */
};

extern const struct setting t0, t1, raw_protocol;

/* The script's answer to "go on?"; checks that it is asked once before each unit but the first. */
uint32_t script_go_on(void *link);

/*
 * An exchange over a link, to be ended by exchange_end(), which also checks that nothing is left where it
 * received, and tells whether 61xx or 6Cxx was noted.
 */
struct exchange exchange_begin(const struct setting *setting, exchange_transmit transmit,
                               exchange_go_on go_on, void *link);
bool exchange_end(struct exchange *exchange);

/* Says yes, for links that do not mind. */
uint32_t always_on(void *link);

/*
 * Runs the command against the steps; all of them must be used up. Expects this code and this reply (NULL: an
 * empty one).
 */
void check(const struct setting *setting, const char *command, const struct step *steps, size_t count,
           const char *reply_hex, uint32_t code);

#define STEPS(...) ((const struct step[]){__VA_ARGS__}), COUNT(((const struct step[]){__VA_ARGS__}))
/*
 * The same against steps of which only the first `stop` are to be made: before the next the caller has had
 * enough.
 */
void check_stop(const struct setting *setting, const char *command, const struct step *steps, size_t count,
                size_t stop);

#define CHECK(setting, command, reply, ...) check(setting, command, STEPS(__VA_ARGS__), reply, EXCHANGE_OK)
#define CHECK_STOPS(setting, command, stop, ...) check_stop(setting, command, STEPS(__VA_ARGS__), stop)
#define CHECK_FAILS(setting, command, code, ...) check(setting, command, STEPS(__VA_ARGS__), NULL, code)

#endif
