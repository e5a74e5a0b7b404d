/*
 * Where the NATS servers are and how one proves who one is: from what stands behind "nats:" or "tls:" and
 * from variables. Secrets are in files, never in either. Used by agent and client alike.
 */
#ifndef SCARDSSP_REMOTE_SETTINGS_H
#define SCARDSSP_REMOTE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rm/status.h"

#define SETTINGS_SERVERS 16u
#define SETTINGS_LEASE_MS 6000u

/* What proves who one is, and whom one trusts: in this order in settings.values. Values are paths of files,
 * but that of the nkey. */
enum settings_value {
    SETTINGS_CREDS, /* a user's JWT and its seed */
    SETTINGS_USER,  /* a line with the user's name, a line with the password */
    SETTINGS_NKEY,  /* a user's public nkey itself */
    SETTINGS_SEED,  /* its seed */
    SETTINGS_CERT,  /* a client's certificate, PEM */
    SETTINGS_KEY,   /* its key */
    SETTINGS_CA,    /* whom to trust, PEM; else the system's */
    SETTINGS_INBOX, /* not a path: what the subjects of answers begin with; else _INBOX */
    SETTINGS_VALUES
};

/* Ended by settings_clear(). */
struct settings {
    char *servers[SETTINGS_SERVERS]; /* "nats://HOST:PORT" */
    size_t count;
    bool secure;   /* TLS */
    bool insecure; /* a server that is not this machine may do without */
    uint32_t lease_ms;
    char *values[SETTINGS_VALUES]; /* NULL: not given */
};

/*
 * Reads "//HOST[:PORT][,HOST[:PORT]...][?NAME=VALUE[&NAME=VALUE...]]" and the variables. `secure`: it
 * stands behind "tls:". Names are those of the variables SCARDSSP_NATS_CREDS, _USER, _NKEY, _SEED, _CERT,
 * _KEY, _CA, _INBOX, in lower case; they go before the variables. SCARDSSP_NATS_INSECURE=1 allows
 * servers elsewhere without TLS, SCARDSSP_NATS_LEASE is the lease in ms.
 * RM_E_INVALID_PARAMETER: message (may be NULL) of message_size bytes says why; RM_E_NO_MEMORY.
 */
rm_status settings_read(const char *argument, bool secure, struct settings *out, char *message,
                        size_t message_size);

/*
 * Whether the servers may be talked to: RM_OK, or RM_E_INVALID_PARAMETER with a message where one is
 * elsewhere and there is no TLS, unless `insecure` allows that.
 */
rm_status settings_judge(const struct settings *settings, char *message, size_t message_size);

/* Frees what it has. */
void settings_clear(struct settings *settings);

#endif
