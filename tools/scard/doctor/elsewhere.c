/* Who uses readers on other machines: see elsewhere.h. */
#include "doctor/elsewhere.h"

#include <stdlib.h>
#include <string.h>

#include "doctor/agents.h"
#include "scardssp_rm.h"

#define TRANSACTION " (transaction)"

bool elsewhere_is_backend(const char *name) {
    return strncmp(name, "nats:", 5) == 0 || strncmp(name, "tls:", 4) == 0;
}

/* Where the name of its agent begins; NULL: the reader is none elsewhere. */
static const char *agent_of(const char *reader) {
    const char *at = NULL;
    for (const char *next = strstr(reader, " @"); next; next = strstr(next + 1, " @"))
        at = next + 2;
    return at;
}

bool elsewhere_knows(const struct elsewhere *elsewhere, const char *reader) {
    const char *agent = agent_of(reader);
    for (size_t i = 0; agent && i < elsewhere->agent_count; i++)
        if (strcmp(elsewhere->agents[i], agent) == 0)
            return true;
    return false;
}

/* Asking */

/* What is being asked of one agent. */
struct adding {
    struct elsewhere *out;
    const char *agent;
};

static bool add(void *user, const char *who, const char *readers, uint64_t since) {
    const struct adding *adding = user;
    struct elsewhere *out = adding->out;
    struct elsewhere_user *more = realloc(out->users, (out->count + 1) * sizeof *more);
    if (!more)
        return false;
    out->users = more;
    struct elsewhere_user *one = &out->users[out->count++];
    *one = (struct elsewhere_user){.since = since};
    one->agent = strdup(adding->agent);
    one->who = strdup(who);
    one->readers = strdup(readers);
    return one->agent && one->who && one->readers;
}

/* Takes those away that an agent has told before it failed. */
static void cut(struct elsewhere *out, size_t count) {
    while (out->count > count) {
        const struct elsewhere_user *one = &out->users[--out->count];
        free(one->agent);
        free(one->who);
        free(one->readers);
    }
}

static void ask(struct elsewhere *out, const char *server, const char *agent) {
    struct adding adding = {.out = out, .agent = agent};
    const size_t before = out->count;
    char **more = realloc(out->agents, (out->agent_count + 1) * sizeof *more);
    if (more)
        out->agents = more;
    char *copy = more ? strdup(agent) : NULL;
    if (copy && agents_ask(server, agent, add, &adding)) {
        out->agents[out->agent_count++] = copy;
        return;
    }
    cut(out, before);
    free(copy);
}

struct asking {
    struct elsewhere *out;
    const struct reader_list *list;
};

/* Each agent once, by the first server that leads to it. */
static void ask_by(void *user, const struct scardssp_backend *backend) {
    const struct asking *asking = user;
    if (!elsewhere_is_backend(backend->name))
        return;
    for (size_t i = 0; i < asking->list->count; i++) {
        const char *agent = agent_of(asking->list->readers[i].name);
        if (agent && !elsewhere_knows(asking->out, asking->list->readers[i].name))
            ask(asking->out, backend->name, agent);
    }
}

void elsewhere_find(struct elsewhere *out, const struct reader_list *list) {
    struct asking asking = {.out = out, .list = list};
    *out = (struct elsewhere){0};
    (void)scardssp_used_backends(ask_by, &asking);
}

void elsewhere_free(struct elsewhere *elsewhere) {
    cut(elsewhere, 0);
    for (size_t i = 0; i < elsewhere->agent_count; i++)
        free(elsewhere->agents[i]);
    free(elsewhere->users);
    free(elsewhere->agents);
    *elsewhere = (struct elsewhere){0};
}

/* Looking */

/* Whether a list names the reader: "A, B (transaction)". A name may have commas in it. */
static bool names(const char *list, const char *reader, size_t size, bool *transaction) {
    for (const char *at = list; *at; at++) {
        if ((at != list && (at < list + 2 || memcmp(at - 2, ", ", 2) != 0)) || strncmp(at, reader, size) != 0)
            continue;
        const char *behind = at + size;
        *transaction = strncmp(behind, TRANSACTION, sizeof TRANSACTION - 1) == 0;
        if (*transaction)
            behind += sizeof TRANSACTION - 1;
        if (!*behind || strncmp(behind, ", ", 2) == 0)
            return true;
    }
    return false;
}

const struct elsewhere_user *elsewhere_next(const struct elsewhere *elsewhere, const char *reader,
                                            const struct elsewhere_user *user, bool *transaction) {
    const char *agent = agent_of(reader);
    const size_t size = agent ? (size_t)(agent - reader) - 2 : 0;
    for (size_t i = user ? (size_t)(user - elsewhere->users) + 1 : 0; agent && i < elsewhere->count; i++) {
        const struct elsewhere_user *one = &elsewhere->users[i];
        if (strcmp(one->agent, agent) == 0 && names(one->readers, reader, size, transaction))
            return one;
    }
    return NULL;
}
