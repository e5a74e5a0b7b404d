/*
 * The subjects of NATS that agents and clients use. They contain agent and reader, so that a server's
 * permissions can say who may use which:
 *   scard.agents                          to all agents: who is there
 *   scard.to.AGENT.session                to one agent, of sessions
 *   scard.to.AGENT.reader.READER          to one agent, of one reader
 *   scard.from.AGENT                      from an agent: it is there
 *   scard.from.AGENT.READER               from an agent: news of a reader
 */
#ifndef SCARDSSP_REMOTE_SUBJECT_H
#define SCARDSSP_REMOTE_SUBJECT_H

#include <stdbool.h>
#include <stddef.h>

#define SUBJECT_AGENTS "scard.agents"
#define SUBJECT_NEWS "scard.from.>"
#define SUBJECT_ROOM 1700u /* two names of 255 bytes, each byte three characters, and what is around them */

/*
 * Writes a name as a part of a subject: letters, digits and - stand for themselves, _ for a space, =XX (hex)
 * for any other byte. false: no room, or no name.
 */
bool subject_token(const char *name, size_t size, char *out, size_t room);

/* Reads it back. false: no name is written so, or there is no room. *out is terminated. */
bool subject_name(const char *token, size_t size, char *out, size_t room);

/* The subjects above, in `out` of SUBJECT_ROOM bytes; false: the names are none or too long. */
bool subject_of_session(const char *agent, char *out);
bool subject_of_reader(const char *agent, const char *reader, char *out);
bool subject_of_all(const char *agent, char *out);                      /* scard.to.AGENT.> */
bool subject_of_news(const char *agent, const char *reader, char *out); /* reader NULL: of the agent */

/* The reader of scard.to.AGENT.reader.READER, terminated; false: it is no such subject. */
bool subject_take_reader(const char *subject, char *reader, size_t room);

/* The agent of scard.from.AGENT and what is below. */
bool subject_take_sender(const char *subject, char *agent, size_t room);

#endif
