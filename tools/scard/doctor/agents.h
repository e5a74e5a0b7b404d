/* Asking agents of readers on other machines: what there is on one system only. Used by elsewhere.c. */
#ifndef SCARD_AGENTS_H
#define SCARD_AGENTS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Gets a session: who it is, the readers it is connected to, with commas, and since when, in seconds since
 * 1970. The texts end with the call. false: out of memory.
 */
typedef bool (*agents_visitor)(void *user, const char *who, const char *readers, uint64_t since);

/*
 * Tells the sessions of an agent, asked through a server ("nats://HOST:PORT"). false: it does not answer, or
 * the visitor has said so.
 */
bool agents_ask(const char *server, const char *agent, agents_visitor visit, void *user);

#endif
