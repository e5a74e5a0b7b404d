/* From what was seen of driver and service to a sentence: see diagnosis.h. */
#include "backends/vpcd/diagnosis.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "rm/rm.h"

#define DRIVER_CONFIG "/etc/reader.conf.d/vpcd"
#define READER_PREFIX "Virtual PCD" /* as the package of the driver calls its readers */

static const char *const daemons[] = {"/usr/sbin/pcscd", "/usr/local/sbin/pcscd", "/sbin/pcscd",
                                      "/usr/bin/pcscd", NULL};
static const char *const drivers[] = {"/usr/lib/pcsc/drivers/serial/libifdvpcd.so",
                                      "/usr/lib64/pcsc/drivers/serial/libifdvpcd.so",
                                      "/usr/local/lib/pcsc/drivers/serial/libifdvpcd.so", NULL};

static bool is_there(const char *const *paths) {
    while (*paths && !file_is_readable(*paths))
        ++paths;
    return *paths != NULL;
}

/* The sentence as far as it has come. */
struct sentence {
    char *text;
    size_t room;
    size_t used;
};

static void say(struct sentence *sentence, const char *format, ...) __attribute__((format(__printf__, 2, 3)));

static void say(struct sentence *sentence, const char *format, ...) {
    if (!sentence->text || sentence->used >= sentence->room)
        return;
    va_list arguments;
    va_start(arguments, format);
    const int size =
        vsnprintf(sentence->text + sentence->used, sentence->room - sentence->used, format, arguments);
    va_end(arguments);
    if (size > 0)
        sentence->used += (size_t)size;
}

static const char *code_name(rm_status status) {
    const char *name = rm_status_name(status);
    return name ? name : "an unknown code";
}

static bool has_virtual_reader(const char *readers) {
    for (; *readers; readers += strlen(readers) + 1)
        if (strncmp(readers, READER_PREFIX, strlen(READER_PREFIX)) == 0)
            return true;
    return false;
}

/* The service runs, and its driver listens elsewhere or is not loaded. */
static rm_status without_driver(const struct diagnosis *diagnosis, struct sentence *out) {
    if (has_virtual_reader(diagnosis->service.readers))
        say(out,
            "nobody listens there, though the PC/SC service has a virtual reader: its driver has another "
            "port, "
            "DEVICENAME in " DRIVER_CONFIG " says which (0x8C7B is 35963; the second slot is one higher)");
    else if (is_there(drivers))
        say(out, "nobody listens there: the PC/SC service runs without the driver vpcd, which is installed; "
                 "restart "
                 "the service (systemctl restart pcscd), and if that does not help, its log says why "
                 "(journalctl -u "
                 "pcscd): the driver is named in " DRIVER_CONFIG ", and its port must be free");
    else
        say(out,
            "nobody listens there: the PC/SC service runs without the driver vpcd, which is not installed "
            "(Debian: apt-get install vsmartcard-vpcd); then restart the service (systemctl restart pcscd)");
    return RM_E_READER_UNAVAILABLE;
}

/* Nobody listens at a port of this machine, and the service could not be woken. */
static rm_status without_service(const struct diagnosis *diagnosis, struct sentence *out) {
    const struct keeper_report *service = &diagnosis->service;
    static const char install[] = "(Debian: apt-get install pcscd vsmartcard-vpcd)";
    say(out, "nobody listens there: ");
    if (!service->done) {
        say(out,
            "the PC/SC service takes a client in and does not answer; restart it (systemctl restart pcscd)");
        return RM_E_TIMEOUT;
    }
    if (service->no_library)
        say(out,
            "the PC/SC library (libpcsclite.so.1) is not installed; install it with the service and its "
            "virtual "
            "reader %s",
            install);
    else if (service->status == RM_E_NO_SERVICE && !is_there(daemons))
        say(out, "the PC/SC service is not installed; install it and its virtual reader %s", install);
    else if (service->status == RM_E_NO_SERVICE)
        say(out,
            "the PC/SC service does not run, and nothing starts it when it is needed; systemctl enable --now "
            "pcscd.socket makes systemd do so, without systemd run pcscd as root%s",
            is_there(drivers)
                ? ""
                : "; the virtual reader is missing, too (Debian: apt-get install vsmartcard-vpcd)");
    else if (service->status == RM_W_SECURITY_VIOLATION)
        say(out,
            "perhaps the PC/SC service has no driver vpcd (package vsmartcard-vpcd), but it does not let "
            "this "
            "program ask. %s",
            rm_status_advice(service->status));
    else if (service->status == RM_E_SERVICE_STOPPED)
        say(out, "the PC/SC service ends, or is of another version than its library; restart it, and where "
                 "both are "
                 "installed twice (/usr, /usr/local), use one");
    else
        say(out, "the PC/SC service says %s. %s", code_name(service->status),
            rm_status_advice(service->status));
    return service->status;
}

static rm_status unreached(const struct diagnosis *diagnosis, struct sentence *out) {
    if (diagnosis->problem == LINK_NO_HOST)
        say(out, "there is no host of this name; check it");
    else if (diagnosis->problem == LINK_SILENT)
        say(out, "the host does not answer; it is down, or a firewall is in between");
    else if (diagnosis->local && diagnosis->asked)
        return diagnosis->service.done && diagnosis->service.status == RM_OK
                   ? without_driver(diagnosis, out)
                   : without_service(diagnosis, out);
    else
        say(out, "nobody answers; the PC/SC service there must run with the driver vpcd (package "
                 "vsmartcard-vpcd)");
    return RM_E_READER_UNAVAILABLE;
}

/* Somebody listens who is perhaps no driver. */
static void say_stranger(const struct diagnosis *diagnosis, struct sentence *out) {
    if (diagnosis->local)
        say(out,
            "; ss -ltnp 'sport = :%u' names the program, as root: end it and restart pcscd, or give the "
            "driver "
            "another port (DEVICENAME in " DRIVER_CONFIG ") and serve there",
            (unsigned)diagnosis->port);
    else
        say(out, "; see there who has the port, and whether the PC/SC service works");
}

static void say_hung_up(const struct diagnosis *diagnosis, struct sentence *out) {
    say(out, "the driver hung up and is not back: ");
    if (diagnosis->local && diagnosis->asked && diagnosis->service.done && diagnosis->service.status != RM_OK)
        say(out,
            "the PC/SC service has ended (%s); start it again (systemctl start pcscd.socket), and serve anew",
            code_name(diagnosis->service.status));
    else
        say(out, "the PC/SC service has ended or lost the driver; start it again, and serve anew");
}

rm_status diagnosis_tell(const struct diagnosis *diagnosis, char *message, size_t message_size) {
    struct sentence out = {.text = message, .room = message_size};
    say(&out, "%s:%u: ", diagnosis->host, (unsigned)diagnosis->port);
    switch (diagnosis->end) {
    case DIAGNOSIS_UNREACHED:
        return unreached(diagnosis, &out);
    case DIAGNOSIS_TAKEN:
        say(&out,
            "another card is in this slot; end the program that serves it (ss -tnp 'dport = :%u' names it), "
            "or "
            "use the second slot, whose port is one higher than the first's",
            (unsigned)diagnosis->port);
        return RM_E_SHARING_VIOLATION;
    case DIAGNOSIS_NO_QUESTION:
        say(&out,
            "somebody takes the connection and asks for no card: it is no vpcd driver, the service hangs%s",
            diagnosis->local ? "" : ", or another card is in this slot");
        say_stranger(diagnosis, &out);
        break;
    case DIAGNOSIS_NONSENSE:
        say(&out, "what listens there is no vpcd driver");
        say_stranger(diagnosis, &out);
        break;
    case DIAGNOSIS_REFUSED:
        say(&out, "somebody takes the connection and hangs up without a look at the card: it is no vpcd "
                  "driver, or the "
                  "service is about to end");
        say_stranger(diagnosis, &out);
        break;
    case DIAGNOSIS_HUNG_UP:
        say_hung_up(diagnosis, &out);
        break;
    }
    return RM_E_READER_UNAVAILABLE;
}
