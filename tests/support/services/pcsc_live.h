/*
 * What the tests on the real service share: a private pcscd, two clients of ours (each with a context) and
 * one that uses the library directly, as any other program would. Included by tests/backends/pcsc/test_*.c.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_SERVICES_PCSC_LIVE_H
#define SCARDSSP_TESTS_SUPPORT_SERVICES_PCSC_LIVE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <winscard.h>

#include "rm/rm.h"
#include "support/services/pcscd.h"
#include "support/services/vpcd_card.h"

#define LIVE_ANY (RM_PROTOCOL_T0 | RM_PROTOCOL_T1)
#define LIVE_LONG 10000u

struct live {
    struct pcscd *pcscd;
    struct rm_service *service;
    struct rm_context *a;
    struct rm_context *b;
    SCARDCONTEXT raw;
    SCARDHANDLE other; /* the other program's connection; 0: none */
    struct vpcd_card *card;
};

/*
 * Starts the service and runs the cases as one group; the body of main(). Where there is no private service
 * it reports all as skipped, with the reason.
 */
int live_run(const char *name, const struct CMUnitTest *tests, size_t count);

/* Fixtures of a case: a T=1 card in slot 0, contexts open, nobody connected. */
int live_setup(void **state);
int live_teardown(void **state);

#define LIVE_CASE(name) cmocka_unit_test_setup_teardown(name, live_setup, live_teardown)

/* Connects client a, shared. */
struct rm_card *live_connect(struct live *live);

/* 80 18 to the card: RM_OK and the flag it keeps from one start to the next. */
rm_status live_flag(struct rm_card *card, uint32_t timeout_ms, uint8_t *flag);

/* 80 16: sets it. */
void live_set_flag(struct rm_card *card, uint8_t flag);

/* Any command, for its status. */
rm_status live_ask(struct rm_card *card, uint32_t timeout_ms);

/* The other program connects; begins a transaction. */
void live_other_connects(struct live *live, DWORD share);
void live_other_locks(struct live *live);
void live_other_unlocks(struct live *live);
void live_other_leaves(struct live *live, DWORD disposition);

/* Takes out the card / puts a fresh one in, and waits until the service has seen it. */
void live_remove(struct live *live);
void live_insert(struct live *live, uint8_t mark);

/* Runs `action` on a thread after delay_ms; live_join() waits for it. */
struct live_later {
    void (*action)(void *user);
    void *user;
    uint32_t delay_ms;
    unsigned long thread;
};
void live_start(struct live_later *later);
void live_join(struct live_later *later);

/* Milliseconds on a clock, and sleeping. */
uint64_t live_now(void);
void live_pause(uint32_t ms);

#endif
