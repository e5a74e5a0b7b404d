/* Servers and credentials: see settings.h. */
#include "remote/settings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/env.h"

#define LEASE_MIN_MS 300u
#define LEASE_MAX_MS 600000u

static const struct {
    const char *name, *variable;
} values[SETTINGS_VALUES] = {
    [SETTINGS_CREDS] = {"creds", "SCARDSSP_NATS_CREDS"}, [SETTINGS_USER] = {"user", "SCARDSSP_NATS_USER"},
    [SETTINGS_NKEY] = {"nkey", "SCARDSSP_NATS_NKEY"},    [SETTINGS_SEED] = {"seed", "SCARDSSP_NATS_SEED"},
    [SETTINGS_CERT] = {"cert", "SCARDSSP_NATS_CERT"},    [SETTINGS_KEY] = {"key", "SCARDSSP_NATS_KEY"},
    [SETTINGS_CA] = {"ca", "SCARDSSP_NATS_CA"},          [SETTINGS_INBOX] = {"inbox", "SCARDSSP_NATS_INBOX"},
};

__attribute__((format(__printf__, 3, 4))) static rm_status refuse(char *message, size_t size,
                                                                  const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(message, message ? size : 0, format, arguments);
    va_end(arguments);
    return RM_E_INVALID_PARAMETER;
}

static rm_status keep(const char *text, size_t length, char **out) {
    free(*out);
    *out = strndup(text, length);
    return *out ? RM_OK : RM_E_NO_MEMORY;
}

/* One HOST[:PORT]. */
static rm_status add_server(struct settings *settings, const char *text, size_t length, char *message,
                            size_t size) {
    char url[300];
    if (length == 0)
        return refuse(message, size, "a NATS server needs a name: nats://HOST:PORT");
    if (memchr(text, '@', length))
        return refuse(message, size,
                      "a name and a password do not belong where everybody can read them: write them into a "
                      "file, a line each, and name it in %s",
                      values[SETTINGS_USER].variable);
    if (settings->count == SETTINGS_SERVERS || length > sizeof url - sizeof "nats://")
        return refuse(message, size, "there are too many NATS servers, or the name of one is too long");
    (void)snprintf(url, sizeof url, "nats://%.*s", (int)length, text);
    const rm_status status = keep(url, strlen(url), &settings->servers[settings->count]);
    settings->count += status == RM_OK;
    return status;
}

/* All before the question mark. A server may be written with its scheme, as the first is. */
static rm_status read_servers(struct settings *settings, const char *text, size_t length, char *message,
                              size_t size) {
    const char *end = text + length;
    rm_status status = RM_OK;
    for (const char *at = text; at <= end && status == RM_OK;) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        const char *stop = comma ? comma : end;
        const char *host = strncmp(at, "nats://", 7) == 0  ? at + 7
                           : strncmp(at, "tls://", 6) == 0 ? at + 6
                                                           : at;
        status = add_server(settings, host, (size_t)(stop - host), message, size);
        at = stop + 1;
    }
    return status;
}

/* One NAME=VALUE. */
static rm_status read_value(struct settings *settings, const char *text, size_t length, char *message,
                            size_t size) {
    const char *equals = memchr(text, '=', length);
    const size_t name = equals ? (size_t)(equals - text) : length;
    for (size_t i = 0; equals && i < SETTINGS_VALUES; i++)
        if (strlen(values[i].name) == name && memcmp(values[i].name, text, name) == 0)
            return keep(equals + 1, length - name - 1, &settings->values[i]);
    return refuse(message, size,
                  "behind the question mark there may be creds=, user=, nkey=, seed=, cert=, key=, ca= and "
                  "inbox=, with & between them");
}

static rm_status read_values(struct settings *settings, const char *text, char *message, size_t size) {
    rm_status status = RM_OK;
    for (const char *at = text; *at && status == RM_OK;) {
        const size_t length = strcspn(at, "&");
        status = read_value(settings, at, length, message, size);
        at += length + (at[length] == '&');
    }
    return status;
}

/* What was not said there. */
static rm_status read_variables(struct settings *settings) {
    const char *insecure = env_get("SCARDSSP_NATS_INSECURE");
    rm_status status = RM_OK;
    for (size_t i = 0; i < SETTINGS_VALUES && status == RM_OK; i++) {
        const char *value = settings->values[i] ? NULL : env_get(values[i].variable);
        if (value)
            status = keep(value, strlen(value), &settings->values[i]);
    }
    settings->insecure = insecure && strcmp(insecure, "1") == 0;
    settings->lease_ms = env_get_ms("SCARDSSP_NATS_LEASE", SETTINGS_LEASE_MS);
    return status;
}

/* What only makes sense together, and sensible limits. */
static rm_status check(const struct settings *settings, char *message, size_t size) {
    char *const *has = settings->values;
    if (!has[SETTINGS_NKEY] != !has[SETTINGS_SEED])
        return refuse(message, size, "an nkey needs both its public key and the file of its seed");
    if (!has[SETTINGS_CERT] != !has[SETTINGS_KEY])
        return refuse(message, size, "a certificate needs the file of its key, and a key its certificate");
    if (settings->lease_ms < LEASE_MIN_MS || settings->lease_ms > LEASE_MAX_MS)
        return refuse(message, size, "%s must be 300 to 600000 (milliseconds)", "SCARDSSP_NATS_LEASE");
    return RM_OK;
}

rm_status settings_read(const char *argument, bool secure, struct settings *out, char *message,
                        size_t message_size) {
    *out = (struct settings){.secure = secure};
    if (!argument || strncmp(argument, "//", 2) != 0)
        return refuse(message, message_size, "a NATS server is named as nats://HOST:PORT or tls://HOST:PORT");
    const char *servers = argument + 2;
    const size_t length = strcspn(servers, "?");
    rm_status status = read_servers(out, servers, length, message, message_size);
    if (status == RM_OK && servers[length])
        status = read_values(out, servers + length + 1, message, message_size);
    if (status == RM_OK)
        status = read_variables(out);
    if (status == RM_OK)
        status = check(out, message, message_size);
    if (out->values[SETTINGS_CA] || out->values[SETTINGS_CERT])
        out->secure = true;
    if (status != RM_OK)
        settings_clear(out);
    return status;
}

/* Whether "nats://HOST:PORT" is this machine by what it is called. */
static bool is_loopback(const char *url) {
    static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};
    const char *host = url + strlen("nats://");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const size_t size = strlen(names[i]);
        if (strncmp(host, names[i], size) == 0 && (host[size] == '\0' || host[size] == ':'))
            return true;
    }
    return false;
}

rm_status settings_judge(const struct settings *settings, char *message, size_t message_size) {
    for (size_t i = 0; !settings->secure && !settings->insecure && i < settings->count; i++)
        if (!is_loopback(settings->servers[i]))
            return refuse(message, message_size,
                          "%s is another machine and would be talked to in the clear, PINs and all: use "
                          "tls://HOST:PORT; or, where nobody can listen, SCARDSSP_NATS_INSECURE=1",
                          settings->servers[i]);
    return RM_OK;
}

void settings_clear(struct settings *settings) {
    for (size_t i = 0; i < settings->count; i++)
        free(settings->servers[i]);
    for (size_t i = 0; i < SETTINGS_VALUES; i++)
        free(settings->values[i]);
    *settings = (struct settings){.count = 0};
}
