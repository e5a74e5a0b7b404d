/* pcscd, as it is installed and started on Linux: see examine.h. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/library.h"
#include "doctor/clients.h"
#include "doctor/examine.h"
#include "doctor/hello.h"
#include "doctor/place.h"
#include "scardssp.h"
#include "terminal/failure.h"

#define LIBRARY "libpcsclite.so.1"
#define CLIENTS_MAX 200u /* of pcscd, unless it was started with --max-thread */

/* Whether the library of the service can be had: nothing else works without it. */
static bool library_is_there(void) {
    struct {
        void (*establish)(void);
    } table;
    static const struct library_symbol symbol = {"SCardEstablishContext", 0};
    return library_open(LIBRARY, &symbol, 1, &table);
}

static void find_library_missing(struct findings *all) {
    struct finding *one = finding_add(all, FINDING_FAULT, "library-missing", NULL);
    finding_what(one, "the library of the PC/SC service cannot be loaded");
    finding_seen(one, "%s is not where the loader looks", LIBRARY);
    finding_remedy(one, "install it, and the service");
    finding_command(one, "sudo apt-get install libpcsclite1 pcscd");
}

static bool runs_systemd(void) {
    return place_is_there("/run/systemd/system");
}

static bool in_container(void) {
    return place_is_there("/.dockerenv") || place_is_there("/run/.containerenv");
}

static bool is_installed(void) {
    return place_is_there("/usr/sbin/pcscd") || place_is_there("/usr/bin/pcscd");
}

static bool has_unit(void) {
    return place_is_there("/usr/lib/systemd/system/pcscd.socket") ||
           place_is_there("/lib/systemd/system/pcscd.socket") ||
           place_is_there("/etc/systemd/system/pcscd.socket");
}

static void find_not_installed(struct findings *all) {
    if (in_container()) {
        struct finding *one = finding_add(all, FINDING_FAULT, "service-outside", NULL);
        finding_what(one, "there is no PC/SC service in this container");
        finding_seen(one, "neither pcscd nor its socket %s is here", clients_socket());
        finding_remedy(one,
                       "let the container have the socket of the host's service, with a library of the same "
                       "version");
        finding_command(one, "docker run -v /run/pcscd:/run/pcscd ...");
        return;
    }
    struct finding *one = finding_add(all, FINDING_FAULT, "service-missing", NULL);
    finding_what(one, "the PC/SC service is not installed");
    finding_seen(one, "there is no /usr/sbin/pcscd, and no socket %s", clients_socket());
    finding_remedy(one, "install it");
    finding_command(one, "sudo apt-get install pcscd");
}

/* It is installed, and there is no socket: why, and how it is started here. */
static void find_not_running(struct findings *all) {
    const bool masked = place_leads_to("/etc/systemd/system/pcscd.socket", "/dev/null");
    const bool enabled = place_is_there("/etc/systemd/system/sockets.target.wants/pcscd.socket");
    if (!runs_systemd()) {
        struct finding *one = finding_add(all, FINDING_FAULT, "service-stopped", NULL);
        finding_what(one, "the PC/SC service does not run");
        finding_seen(one, "there is no socket %s, and no systemd that would start the service",
                     clients_socket());
        finding_remedy(one, "start it");
        finding_command(one, "sudo pcscd");
    } else if (masked) {
        struct finding *one = finding_add(all, FINDING_FAULT, "socket-masked", NULL);
        finding_what(one, "systemd is forbidden to start the PC/SC service");
        finding_seen(one, "/etc/systemd/system/pcscd.socket leads to /dev/null");
        finding_remedy(one, "allow it, and start it");
        finding_command(one,
                        "sudo systemctl unmask pcscd.socket && sudo systemctl enable --now pcscd.socket");
    } else if (!has_unit()) {
        struct finding *one = finding_add(all, FINDING_FAULT, "socket-missing", NULL);
        finding_what(one, "systemd does not know how to start the PC/SC service");
        finding_seen(one, "there is pcscd, but no unit pcscd.socket in /usr/lib/systemd/system");
        finding_remedy(one, "install the package anew, or start the service by hand (sudo pcscd)");
        finding_command(one, "sudo apt-get install --reinstall pcscd");
    } else if (!enabled) {
        struct finding *one = finding_add(all, FINDING_FAULT, "socket-disabled", NULL);
        finding_what(one, "the PC/SC service is not started, now or at the next start of the machine");
        finding_seen(one, "there is no pcscd.socket in /etc/systemd/system/sockets.target.wants");
        finding_remedy(one, "have systemd start it when it is needed");
        finding_command(one, "sudo systemctl enable --now pcscd.socket");
    } else {
        struct finding *one = finding_add(all, FINDING_FAULT, "socket-stopped", NULL);
        finding_what(one, "the PC/SC service is not started");
        finding_seen(one, "pcscd.socket is enabled, but there is no socket %s", clients_socket());
        finding_remedy(one, "start it; 'systemctl status pcscd.socket' says what stopped it");
        finding_command(one, "sudo systemctl restart pcscd.socket");
    }
}

static void find_dead(struct findings *all, const struct hello *hello) {
    const bool silent = hello->result == HELLO_SILENT;
    struct finding *one = finding_add(all, FINDING_FAULT, silent ? "service-silent" : "service-dead", NULL);
    finding_what(one, silent ? "the PC/SC service does not answer"
                             : "the PC/SC service has ended and left its socket");
    finding_seen(
        one, silent ? "at %s somebody listens, and says nothing for five seconds" : "at %s nobody listens",
        clients_socket());
    finding_remedy(one, "start it anew");
    finding_command(one, "%s",
                    runs_systemd()
                        ? "sudo systemctl restart pcscd.socket pcscd.service"
                        : "sudo sh -c 'kill $(cat /run/pcscd/pcscd.pid); rm -f /run/pcscd/pcscd.*; pcscd'");
}

static void find_forbidden(struct findings *all) {
    struct finding *one = finding_add(all, FINDING_FAULT, "socket-forbidden", NULL);
    finding_what(one, "this user may not open the socket of the PC/SC service");
    finding_seen(one, "ls -l %s", clients_socket());
    finding_remedy(one, "give everybody the right to write to it, as pcscd itself does");
    finding_command(one, "sudo chmod a+rw '%s'", clients_socket());
}

/* Everything of pcscd is taken: each context of each program is a client. */
static bool is_full(size_t *connections) {
    struct holder_list clients;
    *connections = 0;
    if (clients_find(&clients)) {
        for (size_t i = 0; i < clients.count; ++i)
            *connections += clients.items[i].times;
        *connections += clients.unseen;
    }
    holder_list_free(&clients);
    return *connections >= CLIENTS_MAX;
}

static void find_refused(struct findings *all) {
    size_t connections = 0;
    if (is_full(&connections)) {
        struct finding *one = finding_add(all, FINDING_FAULT, "service-full", NULL);
        finding_what(one, "the PC/SC service has no room for another program");
        finding_seen(one, "%zu connections to it are open; it takes 200", connections);
        finding_remedy(one,
                       "end programs that keep connections ('scard who' lists them), or let pcscd take more "
                       "(--max-thread)");
        finding_command(one, "sudo systemctl restart pcscd.service");
        return;
    }
    struct finding *one = finding_add(all, FINDING_FAULT, "service-refuses", NULL);
    finding_what(one, "the PC/SC service does not let this user in");
    finding_seen(
        one, "it hangs up at once; polkit allows cards to those who sit at the machine: 'pkcheck -p $$ -a "
             "org.debian.pcsc-lite.access_pcsc' says so");
    if (!place_is_there("/usr/lib/polkit-1/polkitd") && !place_is_there("/usr/libexec/polkitd")) {
        finding_remedy(one, "it asks polkit, which is not installed, and so lets nobody in");
        finding_command(one, "sudo apt-get install polkitd");
        return;
    }
    finding_remedy(one, "sit at the machine, or allow it to this user ('man scard' has a rule for a group)");
    finding_command(
        one,
        "echo 'polkit.addRule(function(a, s) { if (a.id.indexOf(\"org.debian.pcsc-lite.\") == 0 && s.user "
        "== \"%s\") return polkit.Result.YES; });' | sudo tee /etc/polkit-1/rules.d/50-pcscd.rules",
        "'$USER'");
}

static void find_mismatch(struct findings *all, const struct hello *hello, int32_t status) {
    struct finding *one = finding_add(all, FINDING_FAULT, "version-mismatch", NULL);
    finding_what(one, "the PC/SC service and its library are of versions that do not understand each other");
    finding_seen(one, "the service speaks protocol %" PRId32 ":%" PRId32 ", and refuses %s with %s",
                 hello->major, hello->minor, LIBRARY, failure_name(status));
    finding_remedy(
        one, "install both from one source; in a container use the release of the host, or have its own "
             "service");
    finding_command(one, "sudo apt-get install --reinstall pcscd libpcsclite1 && sudo systemctl restart "
                         "pcscd.socket pcscd.service");
}

static void find_other(struct findings *all, const struct hello *hello, int32_t status) {
    struct finding *one = finding_add(all, FINDING_FAULT, "service-fails", NULL);
    finding_what(one, hello->result == HELLO_STRANGE
                          ? "what answers at the PC/SC service's socket is something else"
                          : "the PC/SC service answers, but does not work");
    finding_seen(one, "%s; %s: %s", clients_socket(), failure_name(status), scardssp_status_advice(status));
    finding_remedy(one, "start it anew; 'journalctl -u pcscd' has what it says itself");
    finding_command(one, "sudo systemctl restart pcscd.socket pcscd.service");
}

static void find_fine(struct findings *all, const struct hello *hello) {
    struct finding *one = finding_add(all, FINDING_FINE, "service", NULL);
    finding_what(one, "the PC/SC service answers");
    finding_seen(one, "%s, protocol %" PRId32 ":%" PRId32, clients_socket(), hello->major, hello->minor);
}

/* The socket is there, and somebody answers, or the service has ended the talk. */
static bool judge_answer(struct findings *all, const struct hello *hello, struct reader_list *readers) {
    const int32_t status = reader_list_get(readers);
    if (hello->result == HELLO_ANSWERED && status == S_OK)
        find_fine(all, hello);
    else if (hello->result == HELLO_HUNG_UP || status == (int32_t)SCARD_W_SECURITY_VIOLATION)
        find_refused(all);
    else if (hello->result == HELLO_ANSWERED &&
             (status == (int32_t)SCARD_E_NO_SERVICE || status == (int32_t)SCARD_E_SERVICE_STOPPED))
        find_mismatch(all, hello, status);
    else
        find_other(all, hello, status);
    return status == S_OK;
}

bool examine_service(struct findings *all, struct reader_list *readers) {
    *readers = (struct reader_list){0};
    if (!library_is_there()) {
        find_library_missing(all);
        return false;
    }
    const struct hello hello = hello_ask(clients_socket());
    switch (hello.result) {
    case HELLO_NOWHERE:
        if (is_installed())
            find_not_running(all);
        else
            find_not_installed(all);
        return false;
    case HELLO_FORBIDDEN:
        find_forbidden(all);
        return false;
    case HELLO_DEAD:
    case HELLO_SILENT:
        find_dead(all, &hello);
        return false;
    default:
        return judge_answer(all, &hello, readers);
    }
}
