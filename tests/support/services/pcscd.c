/*
 * A private PC/SC service for tests. The daemon's socket directory is fixed at build time, so a tmpfs of our
 * own is mounted over it; ports of the virtual readers are free ones, so that many tests can run at once.
 */
#include "support/services/pcscd.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <winscard.h>

#define RUN_DIR "/run/pcscd"
#define PATIENCE_MS 10000
#define INSERTIONS 3

struct pcscd {
    pid_t daemon;
    uint16_t port;
    char config[64]; /* directory with reader.conf */
    bool asks_polkit;
    struct vpcd_slot slots[PCSCD_SLOTS];
};

static const char *const reader_names[PCSCD_SLOTS] = {"Virtual PCD 00 00", "Virtual PCD 00 01"};

static const char *const daemon_paths[] = {"/usr/sbin/pcscd", "/usr/local/sbin/pcscd", "/sbin/pcscd"};

static void pause_ms(long ms) {
    const struct timespec time = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

static const char *first_readable(const char *const *paths, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (access(paths[i], R_OK) == 0)
            return paths[i];
    return NULL;
}

static bool enter_namespace(char *why, size_t why_size) {
    if (unshare(CLONE_NEWNS) != 0) {
        snprintf(why, why_size, "no private mount namespace: %s", strerror(errno));
        return false;
    }
    mkdir(RUN_DIR, 0755);
    if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("tmpfs", RUN_DIR, "tmpfs", 0, "mode=755") != 0) {
        snprintf(why, why_size, "cannot mount over " RUN_DIR ": %s", strerror(errno));
        return false;
    }
    return true;
}

static bool write_config(struct pcscd *pcscd, const char *driver) {
    char path[128];

    snprintf(path, sizeof path, "%s/vpcd", pcscd->config);
    FILE *file = fopen(path, "we");
    if (!file)
        return false;
    fprintf(file, "FRIENDLYNAME \"Virtual PCD\"\nDEVICENAME /dev/null:0x%X\nLIBPATH %s\nCHANNELID 0x%X\n",
            pcscd->port, driver, pcscd->port);
    return fclose(file) == 0;
}

/*
 * Later services ask polkit who may come in, and refuse everybody where it does not run; they can be told not
 * to.
 */
static bool daemon_asks_polkit(void) {
    const char *path = first_readable(daemon_paths, sizeof daemon_paths / sizeof *daemon_paths);
    char line[256];
    bool asks = false;

    snprintf(line, sizeof line, "%s --help 2>&1", path);
    FILE *help = popen(line, "re");
    if (!help)
        return false;
    while (fgets(line, sizeof line, help))
        asks = asks || strstr(line, "--disable-polkit");
    pclose(help);
    return asks;
}

static void exec_daemon(const struct pcscd *pcscd, const char *path) {
    const char *log = getenv("PCSCD_LOG");
    const int out = open(log ? log : "/dev/null", O_WRONLY | O_CREAT | O_APPEND, 0600);

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (out >= 0) {
        dup2(out, 1);
        dup2(out, 2);
    }
    execl(path, path, "--foreground", log ? "--debug" : "--critical", "--config", pcscd->config,
          pcscd->asks_polkit ? "--disable-polkit" : (char *)NULL, (char *)NULL);
    _exit(127);
}

/* Does the service list both readers? */
static bool service_ready(void) {
    SCARDCONTEXT context;
    char names[512];
    DWORD size = sizeof names;
    size_t count = 0;

    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) != SCARD_S_SUCCESS)
        return false;
    if (SCardListReaders(context, NULL, names, &size) == SCARD_S_SUCCESS)
        for (const char *name = names; *name; name += strlen(name) + 1)
            count++;
    SCardReleaseContext(context);
    return count == PCSCD_SLOTS;
}

static void end_daemon(struct pcscd *pcscd) {
    if (pcscd->daemon <= 0)
        return;
    kill(pcscd->daemon, SIGKILL);
    while (waitpid(pcscd->daemon, NULL, 0) < 0 && errno == EINTR)
        ;
    pcscd->daemon = 0;
    unlink(RUN_DIR "/pcscd.comm");
    unlink(RUN_DIR "/pcscd.pid");
}

static bool start_daemon(struct pcscd *pcscd) {
    const char *path = first_readable(daemon_paths, sizeof daemon_paths / sizeof *daemon_paths);

    pcscd->daemon = path ? fork() : -1;
    if (pcscd->daemon == 0)
        exec_daemon(pcscd, path);
    for (int waited = 0; pcscd->daemon > 0 && waited < PATIENCE_MS; waited += 5) {
        if (waitpid(pcscd->daemon, NULL, WNOHANG) == pcscd->daemon) {
            pcscd->daemon = 0;
            return false;
        }
        if (service_ready())
            return true;
        pause_ms(5);
    }
    end_daemon(pcscd);
    return false;
}

/* A port may be taken by another test between looking and listening: then other ports are tried. */
static bool start_on_free_ports(struct pcscd *pcscd, const char *driver) {
    for (int i = 0; i < 5; i++) {
        pcscd->port = vpcd_free_ports();
        if (pcscd->port && write_config(pcscd, driver) && start_daemon(pcscd))
            return true;
    }
    return false;
}

static void free_pcscd(struct pcscd *pcscd) {
    char path[128];

    snprintf(path, sizeof path, "%s/vpcd", pcscd->config);
    unlink(path);
    rmdir(pcscd->config);
    free(pcscd);
}

struct pcscd *pcscd_start(char *why, size_t why_size) {
    const char *driver = vpcd_driver();

    if (!first_readable(daemon_paths, sizeof daemon_paths / sizeof *daemon_paths) || !driver) {
        snprintf(why, why_size, "pcscd or its virtual reader driver (vsmartcard-vpcd) is not installed");
        return NULL;
    }
    if (!enter_namespace(why, why_size))
        return NULL;
    struct pcscd *pcscd = calloc(1, sizeof *pcscd);
    if (!pcscd)
        return NULL;
    pcscd->asks_polkit = daemon_asks_polkit();
    strcpy(pcscd->config, "/tmp/scardssp-pcscd-XXXXXX");
    if (!mkdtemp(pcscd->config) || !start_on_free_ports(pcscd, driver)) {
        snprintf(why, why_size, "pcscd did not come up");
        free_pcscd(pcscd);
        return NULL;
    }
    return pcscd;
}

void pcscd_stop(struct pcscd *pcscd) {
    if (!pcscd)
        return;
    pcscd_halt(pcscd);
    free_pcscd(pcscd);
}

void pcscd_halt(struct pcscd *pcscd) {
    end_daemon(pcscd); /* first, so that it does not see the cards go */
    for (unsigned slot = 0; slot < PCSCD_SLOTS; slot++)
        pcscd_pull(pcscd, slot);
}

bool pcscd_resume(struct pcscd *pcscd) {
    return start_daemon(pcscd);
}

void pcscd_freeze(const struct pcscd *pcscd) {
    int status;
    (void)kill(pcscd->daemon, SIGSTOP);
    (void)waitpid(pcscd->daemon, &status, WUNTRACED); /* until none of its threads answers any more */
}

void pcscd_thaw(const struct pcscd *pcscd) {
    (void)kill(pcscd->daemon, SIGCONT);
}

const char *pcscd_reader(unsigned slot) {
    return reader_names[slot];
}

uint16_t pcscd_port(const struct pcscd *pcscd, unsigned slot) {
    return (uint16_t)(pcscd->port + slot);
}

/* Waits until the reader's state has all of the wanted bits, and with_atr an ATR. */
static bool wait_state(unsigned slot, DWORD wanted, bool with_atr) {
    SCARDCONTEXT context;
    bool seen = false;

    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) != SCARD_S_SUCCESS)
        return false;
    for (int waited = 0; !seen && waited < PATIENCE_MS; waited += 5) {
        SCARD_READERSTATE state = {.szReader = reader_names[slot]};
        if (SCardGetStatusChange(context, 0, &state, 1) == SCARD_S_SUCCESS)
            seen = (state.dwEventState & wanted) == wanted && (!with_atr || state.cbAtr > 0);
        if (!seen)
            pause_ms(5);
    }
    SCardReleaseContext(context);
    return seen;
}

/* A card whose start fails on a busy machine stays mute: the daemon tries once for each insertion. */
bool pcscd_insert(struct pcscd *pcscd, unsigned number, pcscd_serve serve, const void *card) {
    for (int i = 0; i < INSERTIONS; ++i) {
        if (vpcd_slot_plug(&pcscd->slots[number], pcscd_port(pcscd, number), serve, card) &&
            wait_state(number, SCARD_STATE_PRESENT, true))
            return true;
    }
    return false;
}

bool pcscd_remove(struct pcscd *pcscd, unsigned slot) {
    pcscd_pull(pcscd, slot);
    return wait_state(slot, SCARD_STATE_EMPTY, false);
}

void pcscd_pull(struct pcscd *pcscd, unsigned number) {
    vpcd_slot_pull(&pcscd->slots[number]);
}
