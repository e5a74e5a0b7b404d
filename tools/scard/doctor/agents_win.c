/* Asking agents, on Windows, where there are no readers elsewhere: see agents.h. */
#include "doctor/agents.h"

bool agents_ask(const char *server, const char *agent, agents_visitor visit, void *user) {
    (void)server, (void)agent, (void)visit, (void)user;
    return false;
}
