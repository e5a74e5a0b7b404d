/*
 * A port that answers what the case wants, and knows which calls must come: for the tests of the attachment.
 */
#ifndef SCARDSSP_TESTS_CLIENT_PORT_H
#define SCARDSSP_TESTS_CLIENT_PORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client/attachment.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define ANY (RM_PROTOCOL_T0 | RM_PROTOCOL_T1)
#define WAIT_MS 5000u /* what the attachment's calls have */

/* A call that must come, its arguments behind it ("connect R 2 3 5000", "end 0"), and its answer. */
struct step {
    const char *call;
    rm_status answer;
    bool locked; /* what the card says of its transaction afterwards */
};

/* What the port knows and how far it is; the case may write the last ones. */
struct port {
    const struct step *steps;
    size_t count, at;
    const char *name;  /* of every card's reader */
    uint32_t protocol; /* of every card */
    uint8_t characteristic;
    size_t attrib_size;
};
extern struct port port;

/* The next call of the attachment may make these steps, in this order. */
void port_expect(struct attachment *attachment, const struct step *steps, size_t count);

/* Fails the test where one of them has not come. */
void port_done(void);

/* Setup and teardown: *state is an attachment with an open context, and nothing but that to be ended. */
int port_setup(void **state);
int port_teardown(void **state);

/* The call returns this, and asks the port for just this. */
#define CALL(expected, call, ...)                                                                            \
    do {                                                                                                     \
        static const struct step steps_[] = {__VA_ARGS__};                                                   \
        port_expect(attachment, steps_, COUNT(steps_));                                                      \
        assert_int_equal(call, expected);                                                                    \
        port_done();                                                                                         \
    } while (0)
/* ... and asks it for nothing. */
#define SILENT(expected, call)                                                                               \
    do {                                                                                                     \
        port_expect(attachment, NULL, 0);                                                                    \
        assert_int_equal(call, expected);                                                                    \
    } while (0)

#define REATTACH(init) attachment_reattach(attachment, RM_SHARE_SHARED, init)
#define CHECK(expected) assert_int_equal(attachment_check(attachment), expected)
#define CASE(name) cmocka_unit_test_setup_teardown(name, port_setup, port_teardown)

/* Connects to reader R, SHARED. */
void port_connect_to_r(struct attachment *attachment);

/* Leaves it. */
void port_leave(struct attachment *attachment);

/* Fails the test where another reader is remembered; NULL: none. */
void port_assert_reader(struct attachment *attachment, const char *expected);

#endif
