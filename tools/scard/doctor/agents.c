/* Asking agents: see agents.h. */
#include "doctor/agents.h"

#include "scardssp_share.h"

struct asking {
    agents_visitor visit;
    void *user;
    bool fine;
};

static void pass(void *user, const struct scardssp_share_session *session) {
    struct asking *asking = user;
    asking->fine =
        asking->fine && asking->visit(asking->user, session->who, session->readers, session->since);
}

bool agents_ask(const char *server, const char *agent, agents_visitor visit, void *user) {
    struct asking asking = {.visit = visit, .user = user, .fine = true};
    return scardssp_share_sessions(server, agent, pass, &asking, NULL, 0) == 0 && asking.fine;
}
