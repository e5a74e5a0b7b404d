/* Agents' names: see claim.h. */
#include "share/claim.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "remote/description.h"
#include "remote/subject.h"

#define ASK_MS 300u /* for another agent's answer; nobody listening is told by the server at once */

/* Two that start at once both ask: the one that is settled has it, or else the one that began first. */
static bool has_it(const struct share *share, const struct description *other) {
    if (other->instance == share->instance)
        return false;
    return other->settled || other->instance < share->instance;
}

static void note(struct claim *claim, const struct description *other) {
    lock_take(&claim->lock);
    if (has_it(claim->share, other)) {
        claim->taken = true;
        (void)snprintf(claim->owner, sizeof claim->owner, "%.*s", (int)other->who_size, other->who);
    }
    lock_ring(&claim->bell);
    lock_give(&claim->lock);
}

void claim_take(void *user, struct transport_message *message) {
    struct message_answer answer;
    struct description other;
    size_t size;
    const uint8_t *bytes = transport_message_data(message, &size);
    if (message_decode_answer(bytes, size, &answer) && answer.kind == MESSAGE_WHO && answer.body &&
        description_decode(answer.body, answer.body_size, &other))
        note(user, &other);
    transport_message_free(message);
}

void claim_deny(struct claim *claim, const char *subject) {
    lock_take(&claim->lock);
    if (!claim->taken && !claim->denied)
        (void)snprintf(claim->owner, sizeof claim->owner, "%s", subject);
    claim->denied = true;
    lock_ring(&claim->bell);
    lock_give(&claim->lock);
}

rm_status claim_make(struct claim *claim) {
    struct share *share = claim->share;
    uint8_t bytes[MESSAGE_HEAD_MAX];
    char subject[SUBJECT_ROOM], reply[TRANSPORT_INBOX_MAX + 8];
    const struct message_request question = {.kind = MESSAGE_WHO};
    const size_t size = message_encode_request(&question, bytes, sizeof bytes);
    const uint64_t deadline = clock_deadline(ASK_MS);
    (void)snprintf(reply, sizeof reply, "%s.claim", transport_inbox(share->transport));
    if (!subject_of_session(share->name, subject))
        return RM_E_INVALID_PARAMETER;
    rm_status status = transport_send(share->transport, subject, reply, bytes, size);
    lock_take(&claim->lock);
    while (status == RM_OK && !claim->taken && !claim->denied &&
           lock_sleep(&claim->lock, &claim->bell, deadline))
        continue;
    if (claim->taken)
        status = RM_E_DUPLICATE_READER;
    else if (claim->denied)
        status = RM_W_SECURITY_VIOLATION;
    lock_give(&claim->lock);
    return status;
}
