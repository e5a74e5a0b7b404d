/* Answers: see answer.h. */
#include "share/answer.h"

#include <stdlib.h>

#include "share/tell.h"

void answer_send_bytes(struct share *share, const struct transport_message *message, const uint8_t *bytes,
                       size_t size) {
    const char *reply = transport_message_reply(message);
    if (reply && size)
        (void)transport_send(share->transport, reply, NULL, bytes, size);
}

void answer_send(struct share *share, const struct transport_message *message,
                 const struct message_request *request, struct message_answer answer) {
    const size_t room = MESSAGE_ANSWER_HEAD + answer.body_size;
    uint8_t few[MESSAGE_ANSWER_HEAD + 600];
    uint8_t *bytes = room <= sizeof few ? few : malloc(room);
    if (!bytes)
        return;
    answer.kind = request->kind;
    answer.tag = request->tag;
    answer.channel = request->channel;
    answer.number = request->number;
    answer.instance = share->instance;
    answer_send_bytes(share, message, bytes, message_encode_answer(&answer, bytes, room));
    if (bytes != few)
        free(bytes);
}

void answer_refuse(struct share *share, const struct transport_message *message,
                   const struct message_request *request, uint8_t why) {
    answer_send(share, message, request,
                (struct message_answer){
                    .refusal = why, .body = request->session, .body_size = sizeof request->session});
    if (why != MESSAGE_STRANGER)
        share_tell(share, SHARE_REFUSED, NULL, NULL, why);
}
