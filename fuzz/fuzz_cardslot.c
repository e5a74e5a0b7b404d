/*
 * The other end of a virtual reader's connection: the input is what somebody answers who may be a card, with
 * too little, too much, or until he hangs up. He is let in for an ATR and for nothing else; then a client
 * starts the card anew and sends commands. No answer is longer than the room for it, none has fewer than two
 * bytes, nothing comes of an answer that failed, and after the end of the connection there is none. What the
 * reader sends is bent over to here by the linker, so that he answers when he is asked.
 */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "apdu/atr.h"
#include "backends/vpcd/cardslot.h"
#include "backends/vpcd/newcomer.h"
#include "backends/vpcd/peer.h"
#include "fuzz.h"

#define ROOM_MAX 70000u
#define GUARD 0xA5u
#define CALLS 6u
#define CHOICES 24u

/* Who may be a card. */
static struct {
    struct feed answers, choices;
    int fd;
} card;

/* The linker's name of what is called instead. */
ssize_t __wrap_sendmsg(int fd, const struct msghdr *message, int flags);

/*
 * Says its next message, perhaps with more behind it, and hangs up after a part of one and when all is said.
 */
static void speak(void) {
    struct feed message = card.answers;
    size_t got = 0;
    const size_t whole = 2 + (size_t)feed_word(&message);
    const uint8_t choice = feed_byte(&card.choices);
    const size_t size = choice < 0xC0 ? whole : whole + choice % 16 - 8;
    const uint8_t *const bytes = feed_bytes(&card.answers, size, &got);
    (void)send(card.fd, bytes, got, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (got < whole || !card.answers.left)
        (void)shutdown(card.fd, SHUT_WR);
}

ssize_t __wrap_sendmsg(int fd, const struct msghdr *message, int flags) {
    size_t size = 0;
    (void)fd;
    FUZZ_CHECK(flags & MSG_NOSIGNAL);
    for (size_t i = 0; i < message->msg_iovlen; ++i)
        size += message->msg_iov[i].iov_len;
    FUZZ_CHECK(size > 2);
    speak();
    return (ssize_t)size;
}

/* One command, with room that the input says. */
static rm_status exchange(struct slot *slot, struct feed *choice) {
    static const uint8_t command[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    static uint8_t answer[ROOM_MAX + 1];
    const size_t room = 2 + feed_word(choice);
    size_t size = room;
    memset(answer, GUARD, sizeof answer);
    const rm_status status =
        slot->ops->exchange(slot, RM_PROTOCOL_T1, command, sizeof command, answer, &size);
    FUZZ_CHECK(status == RM_OK ? size >= 2 && size <= room : size == 0);
    FUZZ_CHECK(status == RM_OK || status == RM_E_INSUFFICIENT_BUFFER || status == RM_E_NOT_TRANSACTED ||
               status == RM_W_REMOVED_CARD);
    FUZZ_CHECK(answer[room] == GUARD);
    return status;
}

static size_t power(struct slot *slot, bool cold) {
    uint8_t atr[RM_ATR_MAX];
    uint32_t first = 0;
    const size_t size = slot->ops->power(slot, cold, atr);
    FUZZ_CHECK(size <= ATR_MAX && cardslot_is_atr(atr, size));
    const uint32_t offered = slot->ops->protocols(slot, &first);
    FUZZ_CHECK(!(offered & ~(uint32_t)(RM_PROTOCOL_T0 | RM_PROTOCOL_T1)));
    FUZZ_CHECK(first == RM_PROTOCOL_T0 || first == RM_PROTOCOL_T1);
    return size;
}

static void use(struct slot *slot, struct feed *choice) {
    rm_status status = RM_OK;
    (void)power(slot, true);
    for (unsigned i = 0; i < CALLS; ++i) {
        if (feed_byte(choice) % 4 == 0)
            (void)power(slot, i % 2);
        else
            status = exchange(slot, choice);
    }
    /* What there is to say comes to an end; from then on everything has. */
    (void)shutdown(card.fd, SHUT_WR);
    for (unsigned i = 0; i < ROOM_MAX && status != RM_W_REMOVED_CARD; ++i)
        status = exchange(slot, choice);
    FUZZ_CHECK(status == RM_W_REMOVED_CARD && exchange(slot, choice) == RM_W_REMOVED_CARD);
    FUZZ_CHECK(power(slot, true) == 0);
    slot->ops->off(slot);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct newcomer newcomer = {.state = NEWCOMER_NONE};
    struct feed choice;
    size_t atr_size = 0;
    int ends[2];
    card.answers = (struct feed){data, size};
    card.choices.at = feed_bytes(&card.answers, CHOICES, &card.choices.left);
    choice.at = feed_bytes(&card.answers, CHOICES, &choice.left);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return 0;
    card.fd = ends[1];
    peer_prepare(ends[0]);
    FUZZ_CHECK(newcomer_ask(&newcomer, ends[0]));
    if (newcomer_look(&newcomer) == NEWCOMER_ASKED) { /* half of it: the rest never comes */
        (void)shutdown(card.fd, SHUT_WR);
        FUZZ_CHECK(newcomer_look(&newcomer) == NEWCOMER_LEAVES);
    }
    struct slot *slot = NULL;
    if (newcomer.state == NEWCOMER_CARD) {
        const uint8_t *const atr = newcomer_atr(&newcomer, &atr_size);
        FUZZ_CHECK(cardslot_is_atr(atr, atr_size));
        slot = cardslot_create(ends[0], atr, atr_size);
    }
    if (slot)
        use(slot, &choice);
    else
        close(ends[0]);
    slot_drop(slot);
    close(ends[1]);
    return 0;
}
