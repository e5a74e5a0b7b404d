/*
 * A PC/SC library that answers what a test tells it to: for codes and sizes that no real service can be made
 * to give. One at a time; not for calls from several threads at once. Used by tests/backends/pcsc/test_*.c.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_FAKES_PCSC_H
#define SCARDSSP_TESTS_SUPPORT_FAKES_PCSC_H

#include "backends/pcsc/api.h"

enum fake_call {
    FAKE_ESTABLISH,
    FAKE_RELEASE,
    FAKE_LIST_READERS,
    FAKE_LIST_GROUPS,
    FAKE_STATUS_CHANGE,
    FAKE_CONNECT,
    FAKE_RECONNECT,
    FAKE_DISCONNECT,
    FAKE_BEGIN,
    FAKE_END,
    FAKE_STATUS,
    FAKE_TRANSMIT,
    FAKE_CONTROL,
    FAKE_GET_ATTRIB,
    FAKE_SET_ATTRIB,
    FAKE_CALLS
};

#define FAKE_SCRIPT 64

struct fake_pcsc {
    /* Answers of each call, in turn; after them success. */
    LONG script[FAKE_CALLS][FAKE_SCRIPT];
    unsigned used[FAKE_CALLS]; /* how often each was called */

    /* What successful calls hand out. */
    const char *names; /* multi-string */
    DWORD names_size;
    DWORD protocol;
    DWORD card_state;
    BYTE bytes[300]; /* answers, attributes, ATRs */
    DWORD bytes_size;
    DWORD reader_state;

    /* What was asked last. */
    DWORD share, protocols, disposition, code, timeout;
    BYTE sent[64];
    DWORD sent_size, room;
};

extern struct fake_pcsc fake;
extern const struct pcsc_api fake_api;

/* Begins afresh: one T=1 reader "Fake", a powered card with the ATR 3B 00, all calls succeed. */
void fake_reset(void);

/* How often a call was made since. */
unsigned fake_count(enum fake_call call);

/* Scripts the next two answers of a call. */
void fake_next(enum fake_call call, LONG first, LONG second);

/* A client connected to the card in "Fake", shared. */
struct fake_client {
    struct rm_service *service;
    struct rm_context *context;
    struct rm_card *card;
};

/* cmocka fixtures; *state is a struct fake_client. The latter fails when a context was left behind. */
int fake_setup(void **state);
int fake_teardown(void **state);

#define FAKE_CASE(name) cmocka_unit_test_setup_teardown(name, fake_setup, fake_teardown)
#define FAKE_ANY (RM_PROTOCOL_T0 | RM_PROTOCOL_T1)

/* Sends a command, for its status. */
rm_status fake_ask(struct rm_card *card, uint32_t timeout_ms);

#endif
