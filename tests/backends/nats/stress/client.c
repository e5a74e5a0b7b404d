/* A client of the stress test: see roles.h. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "backends/nats/setup.h"
#include "base/clock.h"
#include "base/utf.h"
#include "objects/card.h"
#include "roles.h"
#include "support/kits/apdus.h"

struct hand {
    pthread_t thread;
    struct ledger *ledger;
    struct rm_service *service;
    uint32_t place, life;
    uint64_t chance;
    ISCard *card;
    bool attached;
};

static void nap(uint32_t ms) {
    const struct timespec time = {.tv_nsec = (long)ms * 1000000};
    nanosleep(&time, NULL);
}

/* What a call may come to when anything may have happened. */
static bool is_true(HRESULT hr) {
    static const HRESULT codes[] = {
        0,
        SCARD_E_SERVICE_STOPPED,    /* N5, N7 */
        SCARD_E_NO_SERVICE,         /* N3, N7 */
        SCARD_W_RESET_CARD,         /* N6, or another client's ReAttach */
        SCARD_W_REMOVED_CARD,       /* N8 */
        SCARD_E_NO_SMARTCARD,       /* N8 */
        SCARD_E_READER_UNAVAILABLE, /* N8 */
        SCARD_E_UNKNOWN_READER,     /* N8, and an agent that is not there yet */
        SCARD_E_TIMEOUT,            /* N9 */
        SCARD_E_NOT_TRANSACTED,     /* the lock went with the connection */
    };
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (hr == codes[i])
            return true;
    return false;
}

static HRESULT note(struct hand *hand, HRESULT hr, const char *call) {
    ledger_note(hand->ledger, (uint32_t)hr);
    hand->ledger->places[hand->place].heard = clock_ms();
    if (!is_true(hr)) {
        hand->ledger->strange++;
        (void)fprintf(stderr, "# %s came to %08x\n", call, (unsigned)hr);
    }
    return hr;
}

/* One command, once. What came is the answer to this one, or nothing. */
static HRESULT send(struct hand *hand, unsigned instruction) {
    char command[40], answer[24];
    const char *reply = NULL;
    const uint32_t number = hand->ledger->places[hand->place].next++;
    if (number >= LEDGER_COMMANDS)
        return SCARD_E_TIMEOUT;
    (void)snprintf(answer, sizeof answer, "%02X %02X %02X %02X 90 00", number >> 24, number >> 16 & 255,
                   number >> 8 & 255, number & 255);
    (void)snprintf(command, sizeof command, "80 %02X %02X %02X 04 %.11s 04", instruction, hand->place,
                   hand->life, answer);
    const HRESULT hr = note(hand, send_hex(hand->card, command, &reply), "Transaction");
    hand->ledger->told[hand->place][number] = hr == S_OK ? 1 : 2;
    if (strcmp(reply, hr == S_OK ? answer : "") != 0) {
        hand->ledger->strange++;
        (void)fprintf(stderr, "# %s was answered %s\n", command, reply);
    }
    return hr;
}

/* Nobody else has the card meanwhile, and it is ours in between, as after a PIN. */
static HRESULT transact(struct hand *hand) {
    HRESULT hr = note(hand, ISCard_LockSCard(hand->card), "LockSCard");
    if (hr != S_OK)
        return hr;
    hr = send(hand, LEDGER_TAKE);
    hand->ledger->taken++;
    for (uint32_t left = ledger_chance(&hand->chance, 4); left && hr == S_OK; left--)
        hr = send(hand, LEDGER_COUNT);
    if (hr == S_OK)
        hr = send(hand, LEDGER_DROP);
    return hr == S_OK ? note(hand, ISCard_UnlockSCard(hand->card, LEAVE), "UnlockSCard") : hr;
}

static HRESULT attach(struct hand *hand) {
    char name[40];
    const uint32_t reader = ledger_chance(&hand->chance, LEDGER_AGENTS * LEDGER_READERS);
    (void)snprintf(name, sizeof name, "Bay %u @site%u", reader / LEDGER_AGENTS, reader % LEDGER_AGENTS);
    wchar_t *wide = utf8_to_wide(name, NULL);
    BSTR text = SysAllocString(wide);
    const HRESULT hr = note(hand, ISCard_AttachByReader(hand->card, text, SHARED, T1), "AttachByReader");
    SysFreeString(text);
    free(wide);
    hand->attached = hr == S_OK;
    return hr;
}

/* The same object goes on, sooner or later; a lock that is still held ends. */
static void recover(struct hand *hand) {
    HRESULT hr;
    while ((hr = note(hand, ISCard_ReAttach(hand->card, SHARED, LEAVE), "ReAttach")) != S_OK &&
           !hand->ledger->stop)
        nap(5);
    hand->ledger->recovered += hr == S_OK;
    while (hr == S_OK)
        hr = note(hand, ISCard_UnlockSCard(hand->card, LEAVE), "UnlockSCard");
}

static void step(struct hand *hand) {
    const uint32_t what = ledger_chance(&hand->chance, 100);
    HRESULT hr;
    if (!hand->attached || what == 0) {
        hr = attach(hand);
        if (hr != S_OK)
            nap(5);
        return;
    }
    if (what < 70)
        hr = send(hand, LEDGER_COUNT);
    else if (what < 98)
        hr = transact(hand);
    else
        hr = note(hand, ISCard_ReAttach(hand->card, SHARED, RESET), "ReAttach");
    if (hr != S_OK)
        recover(hand);
}

static void *run(void *argument) {
    struct hand *hand = argument;
    while (!hand->ledger->stop && card_create(hand->service, hand->ledger->lease_ms * 2, &hand->card) != S_OK)
        nap(20);
    while (hand->card && !hand->ledger->stop)
        step(hand);
    if (hand->card)
        ISCard_Release(hand->card);
    return NULL;
}

int roles_client(struct ledger *ledger, const char *spec, uint32_t number, uint32_t life) {
    struct hand hands[LEDGER_THREADS];
    struct rm_service *service = NULL;
    int failed = nats_service_create(spec, &service, NULL, 0) != RM_OK;
    size_t started = 0;
    for (uint32_t i = 0; i < LEDGER_THREADS && !failed; i++, started += !failed) {
        hands[i] = (struct hand){.ledger = ledger, .service = service, .life = life};
        hands[i].place = number * LEDGER_THREADS + i;
        hands[i].chance = ledger->seed + 1000 * life + hands[i].place + 1;
        failed = pthread_create(&hands[i].thread, NULL, run, &hands[i]) != 0;
    }
    for (size_t i = 0; i < started; i++)
        (void)pthread_join(hands[i].thread, NULL);
    rm_service_release(service);
    return failed;
}
