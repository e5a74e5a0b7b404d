/* Common memory of the stress test, and the card that writes it: see ledger.h. */
#include "ledger.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Memory */

struct ledger *ledger_open(int descriptor) {
    void *memory = mmap(NULL, sizeof(struct ledger), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

struct ledger *ledger_create(int *descriptor) {
    *descriptor = memfd_create("ledger", 0);
    return *descriptor >= 0 && ftruncate(*descriptor, sizeof(struct ledger)) == 0 ? ledger_open(*descriptor)
                                                                                  : NULL;
}

void ledger_note(struct ledger *ledger, uint32_t code) {
    for (size_t i = 0; i < LEDGER_CODES; i++) {
        uint32_t none = 0;
        if (code + 1 == ledger->codes[i] ||
            atomic_compare_exchange_strong(&ledger->codes[i], &none, code + 1) || none == code + 1) {
            ledger->counts[i]++;
            return;
        }
    }
}

uint32_t ledger_chance(uint64_t *state, uint32_t limit) {
    *state ^= *state >> 12; /* xorshift64* */
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return (uint32_t)((*state * 0x2545F4914F6CDD1Dull) >> 33) % limit;
}

/* The card */

struct card {
    struct slot slot; /* first */
    struct ledger *ledger;
    bool on;
    uint32_t owner; /* whose it is; 0: nobody's */
};

static struct card *card_of(struct slot *slot) {
    return (struct card *)(void *)slot;
}

static size_t power(struct slot *slot, bool cold, uint8_t atr[RM_ATR_MAX]) {
    static const uint8_t answer[] = {0x3B, 0x80, 0x80, 0x01, 0x01}; /* T=0 and T=1 */
    (void)cold;
    card_of(slot)->on = true;
    card_of(slot)->owner = 0;
    memcpy(atr, answer, sizeof answer);
    return sizeof answer;
}

static void off(struct slot *slot) {
    card_of(slot)->on = false;
    card_of(slot)->owner = 0;
}

static uint32_t protocols(const struct slot *slot, uint32_t *first) {
    (void)slot;
    *first = RM_PROTOCOL_T0;
    return RM_PROTOCOL_T0 | RM_PROTOCOL_T1;
}

static rm_status settle(struct slot *slot, uint32_t protocol) {
    (void)slot, (void)protocol;
    return RM_OK;
}

/* Does the command, and writes it down. */
static void work(struct card *card, const uint8_t *command, uint32_t number) {
    const uint32_t who = command[2] * 256u + command[3];
    const uint32_t place = command[2];
    if (place < LEDGER_PLACES && number < LEDGER_COMMANDS)
        card->ledger->done[place][number]++;
    if (card->owner && card->owner != who + 1)
        card->ledger->passed++;
    if (command[1] == LEDGER_TAKE)
        card->owner = who + 1;
    else if (command[1] == LEDGER_DROP)
        card->owner = 0;
}

/* Now and then it takes longer than the lease. */
static rm_status exchange(struct slot *slot, uint32_t protocol, const uint8_t *send, size_t send_size,
                          uint8_t *receive, size_t *receive_size) {
    struct card *card = card_of(slot);
    const size_t room = *receive_size;
    (void)protocol;
    *receive_size = 0;
    if (send_size != 10 || room < 6)
        return RM_E_INSUFFICIENT_BUFFER;
    const uint32_t number =
        (uint32_t)send[5] << 24 | (uint32_t)send[6] << 16 | (uint32_t)send[7] << 8 | send[8];
    work(card, send, number);
    if (number % 199 == 198)
        card->ledger->slow++;
    if (!slot_sleep(slot, number % 199 == 198 ? card->ledger->lease_ms * 6 / 5 : number % 3))
        return RM_E_CANCELLED;
    memcpy(receive, send + 5, 4);
    receive[4] = 0x90;
    receive[5] = 0x00;
    *receive_size = 6;
    return RM_OK;
}

static rm_status control(struct slot *slot, uint32_t code, const uint8_t *send, size_t send_size,
                         uint8_t *receive, size_t *receive_size) {
    (void)slot, (void)code, (void)send, (void)send_size, (void)receive;
    *receive_size = 0;
    return RM_E_UNSUPPORTED_FEATURE;
}

static rm_status get_attrib(struct slot *slot, uint32_t id, uint8_t *value, size_t *size) {
    (void)slot, (void)id, (void)value, (void)size;
    return RM_E_UNSUPPORTED_FEATURE;
}

static void call_off(struct slot *slot) {
    (void)slot;
}

static void release(struct slot *slot) {
    free(card_of(slot));
}

struct slot *ledger_card(struct ledger *ledger) {
    static const struct slot_ops ops = {.power = power,
                                        .off = off,
                                        .protocols = protocols,
                                        .settle = settle,
                                        .exchange = exchange,
                                        .control = control,
                                        .get_attrib = get_attrib,
                                        .call_off = call_off,
                                        .release = release};
    struct card *card = calloc(1, sizeof *card);
    if (!card)
        return NULL;
    slot_init(&card->slot, &ops, NULL);
    card->ledger = ledger;
    return &card->slot;
}
