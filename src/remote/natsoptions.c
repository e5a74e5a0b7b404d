/* libnats's options: see natsoptions.h. */
#include "remote/natsoptions.h"

#include <limits.h>
#include <string.h>

#include "base/text/textfile.h"
#include "base/wipe.h"

#define CONNECT_MS 2000 /* to each server, and for what is written to be taken */
#define RECONNECT_MS 50 /* between two tries at the same server */
#define JITTER_MS 50    /* so that not all who have lost a server are back at once */
#define USER_FILE_MAX 4096u

/* Two lines: who, and the password. */
static natsStatus set_user(const struct libnats *nats, natsOptions *options, const char *path) {
    char *text = NULL;
    size_t size = 0;
    const enum textfile_result result = textfile_read(path, USER_FILE_MAX, &text, &size);
    if (result != TEXTFILE_OK)
        return result == TEXTFILE_NO_MEMORY ? NATS_NO_MEMORY : NATS_NOT_FOUND;
    char *password = strchr(text, '\n');
    natsStatus status = password ? NATS_OK : NATS_INVALID_ARG;
    if (password) {
        *password++ = '\0';
        password[strcspn(password, "\r\n")] = '\0';
        text[strcspn(text, "\r")] = '\0';
        status = nats->natsOptions_SetUserInfo(options, text, password);
    }
    wipe_free(text, size);
    return status;
}

static natsStatus set_identity(const struct libnats *nats, natsOptions *options, char *const *values) {
    natsStatus status = NATS_OK;
    if (values[SETTINGS_CREDS])
        status = nats->natsOptions_SetUserCredentialsFromFiles(options, values[SETTINGS_CREDS], NULL);
    if (status == NATS_OK && values[SETTINGS_USER])
        status = set_user(nats, options, values[SETTINGS_USER]);
    if (status == NATS_OK && values[SETTINGS_NKEY])
        status = nats->natsOptions_SetNKeyFromSeed(options, values[SETTINGS_NKEY], values[SETTINGS_SEED]);
    if (status == NATS_OK && values[SETTINGS_CERT])
        status =
            nats->natsOptions_LoadCertificatesChain(options, values[SETTINGS_CERT], values[SETTINGS_KEY]);
    return status;
}

static natsStatus set_trust(const struct libnats *nats, natsOptions *options,
                            const struct settings *settings) {
    natsStatus status = NATS_OK;
    if (settings->secure)
        status = nats->natsOptions_SetSecure(options, true);
    if (status == NATS_OK && settings->values[SETTINGS_CA])
        status = nats->natsOptions_LoadCATrustedCertificates(options, settings->values[SETTINGS_CA]);
    /* Servers tell of others, which would be talked to in the clear as well. */
    if (status == NATS_OK && !settings->secure && !settings->insecure)
        status = nats->natsOptions_SetIgnoreDiscoveredServers(options, true);
    return status;
}

/*
 * Messages are sent by the thread that has them, and a server that does not answer is noticed within a
 * lease.
 */
static natsStatus set_times(const struct libnats *nats, natsOptions *options, uint32_t lease_ms) {
    natsStatus status = nats->natsOptions_SetTimeout(options, CONNECT_MS);
    if (status == NATS_OK)
        status = nats->natsOptions_SetWriteDeadline(options, CONNECT_MS);
    if (status == NATS_OK)
        status = nats->natsOptions_SetMaxReconnect(options, INT_MAX);
    if (status == NATS_OK)
        status = nats->natsOptions_SetReconnectWait(options, RECONNECT_MS);
    if (status == NATS_OK)
        status = nats->natsOptions_SetReconnectJitter(options, JITTER_MS, JITTER_MS);
    if (status == NATS_OK)
        status = nats->natsOptions_SetPingInterval(options, lease_ms / 3);
    if (status == NATS_OK)
        status = nats->natsOptions_SetMaxPingsOut(options, 1);
    if (status == NATS_OK)
        status = nats->natsOptions_SetSendAsap(options, true);
    if (status == NATS_OK)
        status = nats->natsOptions_SetNoEcho(options, true);
    return status;
}

natsStatus natsoptions_make(const struct libnats *nats, const struct settings *settings, const char *name,
                            natsOptions **out) {
    const char *servers[SETTINGS_SERVERS];
    natsOptions *options = NULL;
    for (size_t i = 0; i < settings->count; i++)
        servers[i] = settings->servers[i];
    natsStatus status = nats->natsOptions_Create(&options);
    if (status == NATS_OK)
        status = nats->natsOptions_SetServers(options, servers, (int)settings->count);
    if (status == NATS_OK)
        status = nats->natsOptions_SetName(options, name);
    if (status == NATS_OK)
        status = set_identity(nats, options, settings->values);
    if (status == NATS_OK)
        status = set_trust(nats, options, settings);
    if (status == NATS_OK)
        status = set_times(nats, options, settings->lease_ms);
    if (status == NATS_OK)
        status = nats->natsOptions_SetIOBufSize(options, NATSOPTIONS_ROOM);
    if (status == NATS_OK)
        *out = options;
    else if (options)
        nats->natsOptions_Destroy(options);
    return status;
}
