/*
 * Chooses and makes the resource manager of the process, with the tracer around it where SCARDSSP_TRACE asks
 * for one, and what is known about cards. Called when the first object that needs them is made, by
 * scardssp_rm.h and by scardssp_sim.h.
 */
#include "module/wiring.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/pcsc/pcsc.h"
#include "backends/sim/setup.h"
#include "backends/tracer/tracer.h"
#include "base/env.h"
#include "base/lock.h"
#include "base/output.h"
#ifdef _WIN32
#include "carddb/winscard/winscard.h"
#include "client/selectdialog_win.h"
#else
#include "carddb/paths.h"
#include "carddb/sqlite/sqlite.h"
#endif

#define DEFAULT_TIMEOUT_MS 30000u
#define DEFAULT_LOCATE_TIMEOUT_MS 60000u
#define TRACE_LEVEL_MAX 2

/* The one mutable state of the module: guarded by the lock, set once. */
static struct {
    struct lock lock;
    struct rm_service *service;   /* what objects use */
    struct rm_service *simulator; /* the same without the tracer, if it is the simulator */
    struct carddb *carddb;
    struct atrlist *atr_list;
    bool atr_list_sought; /* a list that is not there is not sought again */
    _Atomic int traced;   /* the level chosen, and 1; 0: none was. Providers ask for it without the lock */
} wiring;

rm_status wiring_trace(uint32_t level) {
    if (level > TRACE_LEVEL_MAX)
        return RM_E_INVALID_PARAMETER;
    lock_take(&wiring.lock);
    const rm_status status = wiring.service ? RM_E_UNEXPECTED : RM_OK;
    if (status == RM_OK)
        atomic_store(&wiring.traced, (int)level + 1);
    lock_give(&wiring.lock);
    return status;
}

int wiring_trace_level(void) {
    const int traced = atomic_load(&wiring.traced);
    if (traced)
        return traced - 1;
    const char *text = env_get("SCARDSSP_TRACE");
    if (!text || text[1] != '\0' || *text < '1')
        return 0;
    return *text - '0' > TRACE_LEVEL_MAX ? TRACE_LEVEL_MAX : *text - '0';
}

static void explain(char *message, size_t message_size, const char *before, const char *name,
                    const char *after) {
    if (message && message_size)
        (void)snprintf(message, message_size, "%s%s%s", before, name, after);
}

/* Makes the backend that `spec` names. *simulator: the same if it is the simulator, else NULL. */
static rm_status backend_create(const char *spec, struct rm_service **out, struct rm_service **simulator,
                                char *message, size_t message_size) {
    *simulator = NULL;
    if (strcmp(spec, "system") == 0)
        return pcsc_service_create(out);
    if (strcmp(spec, "sim") != 0 && strncmp(spec, "sim:", 4) != 0) {
        explain(message, message_size, "no resource manager \"", spec,
                "\"; there are system, sim, sim:FILE and sim: (empty)");
        return RM_E_INVALID_PARAMETER;
    }
    rm_status status = sim_service_create(spec[3] ? spec + 4 : NULL, out, message, message_size);
    if (status == RM_OK)
        *simulator = *out;
    return status;
}

#ifdef _WIN32
/*
 * The resource manager lives as long as the process: so does its code, whatever DllCanUnloadNow says later.
 */
static void keep_module(void) {
    HMODULE module = NULL;
    (void)GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN,
                             (LPCWSTR)(const void *)&wiring, &module);
}
#else
static void keep_module(void) {
}
#endif

/* Makes backend and tracer and sets the state; call with the lock held. */
static rm_status wire(const char *spec, char *message, size_t message_size) {
    struct rm_service *service = NULL;
    struct rm_service *simulator = NULL;
    rm_status status = backend_create(spec, &service, &simulator, message, message_size);
    if (status != RM_OK)
        return status;
    keep_module();
    int level = wiring_trace_level();
    if (level) {
        struct rm_service *traced = tracer_wrap(service, level, stderr);
        if (!traced) {
            rm_service_release(service);
            return RM_E_NO_MEMORY;
        }
        service = traced;
    }
    wiring.simulator =
        simulator; /* first: a service that is set is set altogether, in a process forked here, too */
    wiring.service = service;
    return RM_OK;
}

/* As SCARDSSP_RM says; call with the lock held. */
static rm_status wire_from_environment(void) {
    const char *spec = env_get("SCARDSSP_RM");
    char message[512] = "", line[600];
    rm_status status = wire(spec ? spec : "system", message, sizeof message);
    /*
     * The caller made an object and knows nothing of the variable: without this line nobody could find out.
     */
    if (status == RM_E_INVALID_PARAMETER) {
        (void)snprintf(line, sizeof line, "scardssp: SCARDSSP_RM: %s\n", message);
        output_errors(line, strlen(line));
    }
    return status;
}

rm_status wiring_choose(const char *spec, char *message, size_t message_size) {
    if (message && message_size)
        *message = '\0';
    lock_take(&wiring.lock);
    rm_status status = RM_E_UNEXPECTED;
    if (wiring.service)
        explain(message, message_size, "a resource manager is in use already", "",
                "; choose before making objects");
    else
        status = wire(spec, message, message_size);
    lock_give(&wiring.lock);
    return status;
}

rm_status wiring_service(struct rm_service **out) {
    lock_take(&wiring.lock);
    rm_status status = wiring.service ? RM_OK : wire_from_environment();
    if (status == RM_OK)
        *out = wiring.service;
    lock_give(&wiring.lock);
    return status;
}

rm_status wiring_simulator(struct rm_service **out) {
    lock_take(&wiring.lock);
    rm_status status = wiring.service ? RM_OK : wire_from_environment();
    if (status == RM_OK && !wiring.simulator)
        status = RM_E_UNEXPECTED;
    if (status == RM_OK)
        *out = wiring.simulator;
    lock_give(&wiring.lock);
    return status;
}

uint32_t wiring_timeout(void) {
    return env_get_ms("SCARDSSP_TIMEOUT", DEFAULT_TIMEOUT_MS);
}

/* Makes the card database; call with the lock held. */
#ifdef _WIN32
static rm_status open_carddb(void) {
    return carddb_winscard_open(&wiring.carddb);
}

const struct locate_ui *wiring_locate_ui(void) {
    lock_take(&wiring.lock);
    const bool simulated = wiring.simulator != NULL;
    lock_give(&wiring.lock);
    return simulated ? &waiting_ui : &selectdialog_ui;
}
#else
static rm_status open_carddb(void) {
    char *system = NULL, *user = NULL;
    rm_status status = RM_E_NO_MEMORY;
    if (carddb_path_system(&system) && carddb_path_user(&user))
        status = carddb_sqlite_open(system, user, &wiring.carddb);
    free(user);
    free(system);
    return status;
}

const struct locate_ui *wiring_locate_ui(void) {
    return &waiting_ui;
}
#endif

rm_status wiring_carddb(struct carddb **out) {
    lock_take(&wiring.lock);
    const rm_status status = wiring.carddb ? RM_OK : open_carddb();
    if (status == RM_OK)
        *out = wiring.carddb;
    lock_give(&wiring.lock);
    return status;
}

struct atrlist *wiring_atr_list(void) {
    lock_take(&wiring.lock);
    if (!wiring.atr_list_sought) {
        struct atrlist *list = NULL;
        const rm_status status = atrlist_open(NULL, &list);
        if (status == RM_OK)
            wiring.atr_list = list;
        wiring.atr_list_sought = status != RM_E_NO_MEMORY;
    }
    struct atrlist *const list = wiring.atr_list;
    lock_give(&wiring.lock);
    return list;
}

uint32_t wiring_locate_timeout(void) {
    return env_get_ms("SCARDSSP_LOCATE_TIMEOUT", DEFAULT_LOCATE_TIMEOUT_MS);
}
