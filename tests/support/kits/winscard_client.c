/* Two programs at the fake smart card service: see winscard_client.h. */
#include "support/kits/winscard_client.h"

#include <string.h>

#include "base/clock.h"
#include "support/kits/jobs.h"
#include "support/kits/recovery.h"

static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};

int client_setup(void **state) {
    static struct client client;

    memset(&client, 0, sizeof client);
    *state = &client;
    if (!fake_winscard_open() || winscard_service_create_with(&fake_winscard_api, &client.service) != RM_OK ||
        rm_context_open(client.service, RM_WITHIN(RM_INFINITE), &client.context) != RM_OK)
        return -1;
    return client_connect(&client, CLIENT_LONG, &client.card) == RM_OK ? 0 : -1;
}

int client_teardown(void **state) {
    struct client *const client = *state;

    rm_context_close(client->context); /* with the card, where a case has not ended it */
    rm_service_release(client->service);
    return fake_winscard_close() ? 0 : -1;
}

rm_status client_ask(struct rm_card *card, uint32_t timeout_ms) {
    uint8_t answer[258];
    size_t size = sizeof answer;
    const rm_status status =
        rm_transmit(card, 0, challenge, sizeof challenge, answer, &size, RM_WITHIN(timeout_ms));

    if (status != RM_OK)
        return size == 0 ? status : RM_F_INTERNAL_ERROR; /* nothing has this code */
    return size == 10 && answer[8] == 0x90 && answer[9] == 0x00 ? RM_OK : RM_F_INTERNAL_ERROR;
}

rm_status client_try(struct client *client) {
    return client->card ? client_ask(client->card, CLIENT_LONG) : client->loss;
}

rm_status client_reattach(struct client *client) {
    struct recovery recovery = {.service = client->service,
                                .context = &client->context,
                                .card = &client->card,
                                .reader = FAKE_READER,
                                .depth = client->depth,
                                .loss = client->loss};
    const rm_status status = recover(&recovery, RM_SHARE_SHARED, RM_LEAVE);

    client->loss = recovery.loss;
    return status;
}

rm_status client_connect(struct client *client, uint32_t timeout_ms, struct rm_card **out) {
    return rm_connect(client->context, FAKE_READER, RM_SHARE_SHARED, RM_PROTOCOL_T1, RM_WITHIN(timeout_ms),
                      out);
}

/* The other program */

static const struct winscard_api *const api = &fake_winscard_api;

struct program program_start(uint32_t share) {
    struct program program = {0, 0};
    DWORD protocol = 0;

    assert_int_equal(api->establish_context(SCARD_SCOPE_USER, NULL, NULL, &program.context), 0);
    assert_int_equal(
        api->connect(program.context, FAKE_READER_WIDE, share, RM_PROTOCOL_T1, &program.card, &protocol), 0);
    return program;
}

void program_end(struct program *program, uint32_t disposition) {
    assert_int_equal(api->disconnect(program->card, disposition), 0);
    assert_int_equal(api->release_context(program->context), 0);
    program->card = 0;
    program->context = 0;
}

void program_begin(const struct program *program) {
    assert_int_equal(api->begin_transaction(program->card), 0);
}

void program_commit(const struct program *program) {
    assert_int_equal(api->end_transaction(program->card, SCARD_LEAVE_CARD), 0);
}

size_t program_ask(const struct program *program) {
    const SCARD_IO_REQUEST pci = {RM_PROTOCOL_T1, sizeof pci};
    BYTE answer[258];
    DWORD size = sizeof answer;

    return api->transmit(program->card, &pci, challenge, sizeof challenge, NULL, answer, &size) ? 0 : size;
}

/* Jobs */

static void *run(void *user) {
    struct job *const job = user;
    const uint64_t start = clock_ms();

    job->status = job->call(job);
    job->took_ms = clock_ms() - start;
    return NULL;
}

void job_start(struct job *job) {
    jobs_count(1);
    assert_int_equal(pthread_create(&job->thread, NULL, run, job), 0);
    Sleep(150);
}

void job_end(struct job *job) {
    assert_int_equal(pthread_join(job->thread, NULL), 0);
    jobs_count(-1);
}
