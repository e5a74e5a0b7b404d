/* The second exchange engine: see plainexchange.h. */
#include "plainexchange.h"

#include <string.h>

#define EVERYTHING 65536u

/* The command in its parts (ISO/IEC 7816-4 §5.2). */
struct parts {
    uint8_t head[4];
    const uint8_t *data;
    size_t nc, ne; /* ne 0: no Le */
    bool extended;
};

/* What one unit was answered with. */
struct answer {
    uint8_t bytes[65548];
    size_t data; /* bytes before the status word */
    uint8_t sw1, sw2;
};

struct job {
    struct plain *plain;
    struct parts parts;
    struct answer answer;
    size_t data; /* of the reply, before its status word */
    size_t limit;
    uint8_t cla; /* of GET RESPONSE */
    bool chained;
};

static bool take_apart(const uint8_t *bytes, size_t size, struct parts *out) {
    memset(out, 0, sizeof *out);
    if (size < 4)
        return false;
    memcpy(out->head, bytes, 4);
    const uint8_t *const rest = bytes + 4;
    const size_t left = size - 4;
    if (left == 0)
        return true;
    if (left == 1) {
        out->ne = rest[0] ? rest[0] : 256;
        return true;
    }
    if (rest[0]) {
        out->nc = rest[0];
        out->data = rest + 1;
        if (left == 1 + out->nc)
            return true;
        out->ne = rest[left - 1] ? rest[left - 1] : 256;
        return left == 2 + out->nc;
    }
    out->extended = true;
    if (left < 3)
        return false;
    const size_t number = (size_t)rest[1] << 8 | rest[2];
    if (left == 3) {
        out->ne = number ? number : 65536;
        return true;
    }
    out->nc = number;
    out->data = rest + 3;
    if (!number || left == 3 + number)
        return number != 0;
    if (left != 5 + number)
        return false;
    out->ne = (size_t)rest[left - 2] << 8 | rest[left - 1];
    out->ne = out->ne ? out->ne : 65536;
    return true;
}

/* Sends a unit; its answer is in the job. */
static uint32_t ask(struct job *job, const uint8_t *unit, size_t size) {
    struct answer *const answer = &job->answer;
    size_t got = job->plain->receive_max;
    const uint32_t code = job->plain->transmit(job->plain->link, unit, size, answer->bytes, &got);
    if (code)
        return code;
    if (got < 2 || got > job->plain->receive_max)
        return EXCHANGE_BAD_REPLY;
    answer->data = got - 2;
    answer->sw1 = answer->bytes[got - 2];
    answer->sw2 = answer->bytes[got - 1];
    return EXCHANGE_OK;
}

/* The answer becomes what stands behind the first `keep` bytes of the reply, `most` bytes of data of it. */
static void put(struct job *job, size_t keep, size_t most) {
    const size_t data = job->answer.data < most ? job->answer.data : most;
    memcpy(job->plain->reply + keep, job->answer.bytes, data);
    job->data = keep + data;
    job->plain->reply[job->data] = job->answer.sw1;
    job->plain->reply[job->data + 1] = job->answer.sw2;
}

static uint8_t sw1_of(const struct job *job) {
    return job->plain->reply[job->data];
}

static uint8_t sw2_of(const struct job *job) {
    return job->plain->reply[job->data + 1];
}

static bool is_success(uint8_t sw1, uint8_t sw2) {
    return sw1 == 0x90 && sw2 == 0x00;
}

static bool is_warning(uint8_t sw1) {
    return sw1 == 0x62 || sw1 == 0x63;
}

/* "The command's class without its secure messaging and chaining bits, channel kept." */
static uint8_t without_bits(uint8_t cla) {
    if (cla < 0x20)
        return cla & 0x03;
    if (cla >= 0x40 && cla < 0x80)
        return 0x40 | (cla & 0x0F);
    if (cla >= 0x80 && cla < 0xA0)
        return 0x80 | (cla & 0x03);
    return cla;
}

/* GET RESPONSE for so many bytes. *got: data came. */
static uint32_t get_response(struct job *job, size_t length, bool *got) {
    uint8_t unit[5] = {job->cla, 0xC0, 0, 0, (uint8_t)length};
    struct answer *const answer = &job->answer;
    size_t most = EVERYTHING;
    uint32_t code = ask(job, unit, sizeof unit);
    *got = false;
    if (!code && !answer->data && (answer->sw1 == 0x6D || answer->sw1 == 0x6E) && job->cla >= 0x80) {
        job->cla = unit[0] = 0;
        code = ask(job, unit, sizeof unit);
    }
    if (!code && answer->sw1 == 0x6C) {
        unit[4] = answer->sw2;
        most = job->limit;
        code = ask(job, unit, sizeof unit);
    }
    if (code)
        return code;
    *got = answer->data != 0;
    const bool refused =
        !*got && answer->sw1 != 0x61 && !is_warning(answer->sw1) && !is_success(answer->sw1, answer->sw2);
    if (!refused)
        put(job, job->data, most - job->data);
    return EXCHANGE_OK;
}

static uint32_t fetch_all(struct job *job) {
    bool got = true;
    while (!job->chained && got && sw1_of(job) == 0x61 && job->data < job->limit) {
        const size_t waiting = sw2_of(job) ? sw2_of(job) : 256, wanted = job->limit - job->data;
        const uint32_t code = get_response(job, waiting < wanted ? waiting : wanted, &got);
        if (code)
            return code;
    }
    return EXCHANGE_OK;
}

/* T=0, behind a command with data: what it is to answer may have to be asked for. */
static uint32_t fetch_expected(struct job *job) {
    const uint8_t sw1 = sw1_of(job), sw2 = sw2_of(job);
    const bool asked =
        !job->chained && job->parts.ne && !job->data && (is_success(sw1, sw2) || is_warning(sw1));
    bool got;
    uint32_t code = EXCHANGE_OK;
    if (asked)
        code = get_response(job, job->parts.ne < 256 ? job->parts.ne : 256, &got);
    if (!code)
        code = fetch_all(job);
    if (code || !asked)
        return code;
    if (!job->data || (is_warning(sw1) && is_success(sw1_of(job), sw2_of(job)))) {
        job->plain->reply[job->data] = sw1;
        job->plain->reply[job->data + 1] = sw2;
    }
    return EXCHANGE_OK;
}

static uint32_t run_envelopes(struct job *job, const uint8_t *command, size_t size) {
    for (size_t sent = 0;; sent += 255) {
        uint8_t unit[5 + 255] = {without_bits(command[0]), 0xC2};
        const size_t block = size - sent < 255 ? size - sent : 255;
        unit[4] = (uint8_t)block;
        memcpy(unit + 5, command + sent, block);
        const uint32_t code = ask(job, unit, 5 + block);
        if (code)
            return code;
        put(job, 0, SIZE_MAX);
        if (block < 255 || !is_success(job->answer.sw1, job->answer.sw2))
            return sent + block == size ? fetch_expected(job) : fetch_all(job);
    }
}

static uint32_t run_t0(struct job *job, const uint8_t *command, size_t size) {
    const struct parts *const parts = &job->parts;
    uint8_t unit[5 + 255];
    if (parts->nc > 255)
        return command[0] < 0x80 ? run_envelopes(job, command, size) : EXCHANGE_UNSUPPORTED;
    memcpy(unit, parts->head, 4);
    unit[4] = (uint8_t)(parts->nc ? parts->nc : parts->ne < 256 ? parts->ne : 0);
    if (parts->nc)
        memcpy(unit + 5, parts->data, parts->nc);
    uint32_t code = ask(job, unit, 5 + parts->nc);
    if (code)
        return code;
    put(job, 0, SIZE_MAX);
    if (parts->nc)
        return fetch_expected(job);
    if (parts->ne && job->answer.sw1 == 0x6C) {
        unit[4] = job->answer.sw2;
        code = ask(job, unit, 5);
        if (code)
            return code;
        put(job, 0, job->limit);
    }
    return fetch_all(job);
}

static uint32_t run_t1(struct job *job, const uint8_t *command, size_t size) {
    uint8_t again[EXCHANGE_UNIT_MAX];
    uint32_t code = ask(job, command, size);
    if (code)
        return code;
    put(job, 0, SIZE_MAX);
    if (job->parts.ne && job->answer.sw1 == 0x6C) {
        const size_t wanted = job->answer.sw2 ? job->answer.sw2 : 256;
        memcpy(again, command, size);
        again[size - 1] = (uint8_t)wanted;
        if (job->parts.extended)
            again[size - 2] = (uint8_t)(wanted >> 8);
        code = ask(job, again, size);
        if (code)
            return code;
        put(job, 0, job->limit);
    }
    return fetch_all(job);
}

static uint32_t run_raw(struct plain *plain, const uint8_t *unit, size_t size) {
    if (size == 0 || size > EXCHANGE_UNIT_MAX)
        return EXCHANGE_MALFORMED;
    size_t got = plain->receive_max;
    const uint32_t code = plain->transmit(plain->link, unit, size, plain->reply, &got);
    if (code)
        return code;
    if (got > plain->receive_max)
        return EXCHANGE_BAD_REPLY;
    plain->size = got;
    return EXCHANGE_OK;
}

uint32_t plain_run(struct plain *plain, const uint8_t *command, size_t size) {
    static struct job job;
    plain->size = 0;
    if (plain->options.raw)
        return run_raw(plain, command, size);
    job.plain = plain;
    job.data = 0;
    if (!take_apart(command, size, &job.parts))
        return EXCHANGE_MALFORMED;
    const uint8_t cla = command[0];
    const bool all = !job.parts.ne || (job.parts.ne == 256 && !job.parts.extended);
    job.limit = all ? EVERYTHING : job.parts.ne;
    job.cla = plain->options.alternate_class_set ? plain->options.alternate_class : without_bits(cla);
    job.chained = cla < 0x80 && !(cla >= 0x20 && cla < 0x40) && cla & 0x10;
    const uint32_t code =
        plain->protocol == EXCHANGE_T0 ? run_t0(&job, command, size) : run_t1(&job, command, size);
    if (code == EXCHANGE_OK)
        plain->size = job.data + 2;
    return code;
}
