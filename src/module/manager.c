/*
 * The resource manager of the process: see manager.h. Made when the first object that needs it is made, or by
 * what scardssp_rm.h and scardssp_sim.h declare.
 */
#include "module/manager.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/env.h"
#include "base/file.h"
#include "base/library.h"
#include "base/lock.h"
#include "base/output.h"
#include "module/backends.h"
#include "module/faultscript.h"

#define DEFAULT_TIMEOUT_MS 30000u
#define TRACE_LEVEL_MAX 2

/* What the process has chosen: guarded by the lock, set once. */
static struct {
    struct lock lock;
    struct rm_service *service; /* what objects use */
    struct backends_made made;  /* the same without the tracer, and what is behind it */
    char *spec;                 /* as it was chosen */
    _Atomic uint64_t noted;     /* manager_note(), times 2, and 1; 0: none */
    struct rm_service *faulty;  /* what plays a fault script around the backend; NULL: nothing does */
    struct faultscript faults;  /* the script chosen; without a text: none was */
    char *record;               /* the file chosen for records, "" for none; NULL: none was chosen */
    _Atomic int traced; /* the level chosen, and 1; 0: none was. Providers ask for it without the lock */
} manager;

rm_status manager_trace(uint32_t level) {
    if (level > TRACE_LEVEL_MAX)
        return RM_E_INVALID_PARAMETER;
    lock_take(&manager.lock);
    const rm_status status = manager.service ? RM_E_UNEXPECTED : RM_OK;
    if (status == RM_OK)
        atomic_store(&manager.traced, (int)level + 1);
    lock_give(&manager.lock);
    return status;
}

int manager_trace_level(void) {
    const int traced = atomic_load(&manager.traced);
    if (traced)
        return traced - 1;
    const char *text = env_get("SCARDSSP_TRACE");
    if (!text || text[1] != '\0' || *text < '1')
        return 0;
    return *text - '0' > TRACE_LEVEL_MAX ? TRACE_LEVEL_MAX : *text - '0';
}

rm_status manager_trace_record(const char *path) {
    char *copy = strdup(path ? path : "");
    rm_status status = copy ? RM_OK : RM_E_NO_MEMORY;
    lock_take(&manager.lock);
    if (manager.service)
        status = RM_E_UNEXPECTED;
    if (status == RM_OK) {
        free(manager.record);
        manager.record = copy;
        copy = NULL;
    }
    lock_give(&manager.lock);
    free(copy);
    return status;
}

/* The caller set a variable and sees no code: without this line nobody could learn why it has no effect. */
static void complain_of_file(const char *variable, const char *path) {
    char line[600];
    (void)snprintf(line, sizeof line, "scardssp: %s: cannot open %s: %s\n", variable, path, strerror(errno));
    output_errors(line, strlen(line));
}

/*
 * Where the trace goes: behind the end of a file, whoever else writes to it, or to stderr. The file stays
 * open as long as the process lives.
 */
static FILE *trace_stream(void) {
    const char *path = env_get("SCARDSSP_TRACE_FILE");
    FILE *file = path ? file_open(path, "a") : NULL;
    if (path && !file)
        complain_of_file("SCARDSSP_TRACE_FILE", path);
    return file ? file : stderr;
}

/* The file for records; NULL: none. */
static const char *record_path(void) {
    const char *path = manager.record ? manager.record : env_get("SCARDSSP_TRACE_RECORD");
    return path && *path ? path : NULL;
}

/* Puts the tracer around the service where one is asked for. RM_E_NO_MEMORY. */
static rm_status add_tracer(struct rm_service **service) {
    const char *record = record_path();
    const int level = manager_trace_level();
    FILE *const out = level ? trace_stream() : NULL;
    struct rm_service *traced = record ? backends_trace(*service, level, out, record) : NULL;
    if (record && !traced)
        complain_of_file("SCARDSSP_TRACE_RECORD", record);
    if (!traced && level)
        traced = backends_trace(*service, level, out, NULL);
    if (!traced && level)
        return RM_E_NO_MEMORY;
    *service = traced ? traced : *service;
    return RM_OK;
}

/* Plays a script around the service where one is asked for. */
static rm_status add_faults(struct rm_service **service, char *message, size_t message_size) {
    struct faultscript found = {.text = NULL};
    const struct faultscript *script = &manager.faults;
    const char *value = script->text ? NULL : env_get("SCARDSSP_FAULTS");
    rm_status status = value ? faultscript_find(value, &found, message, message_size) : RM_OK;
    if (value)
        script = &found;
    if (status == RM_OK && script->text)
        status = backends_fault(*service, script->text, script->size, &manager.faulty, message, message_size);
    if (status == RM_OK && script->text)
        *service = manager.faulty;
    else if (status == RM_E_INVALID_PARAMETER && script->text)
        faultscript_blame(script, message, message_size);
    faultscript_clear(&found);
    return status;
}

/* Makes backend, faults and tracer and sets the state; call with the lock held. */
static rm_status set_up(const char *spec, char *message, size_t message_size) {
    struct backends_made made;
    char *copy = strdup(spec);
    rm_status status = copy ? backends_create(spec, &made, message, message_size) : RM_E_NO_MEMORY;
    if (status != RM_OK) {
        free(copy);
        return status;
    }
    struct rm_service *service = made.service;
    library_keep(&manager); /* which lives as long as the process: so does its code */
    status = add_faults(&service, message, message_size);
    if (status == RM_OK)
        status = add_tracer(&service);
    if (status != RM_OK) {
        manager.faulty = NULL;
        rm_service_release(service);
        free(copy);
        return status;
    }
    /* Before the service: where that is set all is set, also in a process that is forked here. */
    manager.spec = copy;
    manager.made = made;
    manager.service = service;
    return RM_OK;
}

/* As SCARDSSP_RM says; call with the lock held. */
static rm_status set_up_by_environment(void) {
    const char *spec = env_get("SCARDSSP_RM");
    char message[512] = "", line[600];
    rm_status status = set_up(spec ? spec : "system", message, sizeof message);
    /*
     * The caller made an object and knows nothing of the variable: without this line nobody could learn why.
     */
    if (status != RM_OK && *message) {
        (void)snprintf(line, sizeof line, "scardssp: SCARDSSP_RM: %s\n", message);
        output_errors(line, strlen(line));
    }
    return status;
}

rm_status manager_choose(const char *spec, char *message, size_t message_size) {
    const bool wants_message = message && message_size;
    if (wants_message)
        *message = '\0';
    lock_take(&manager.lock);
    rm_status status = RM_E_UNEXPECTED;
    if (!manager.service)
        status = set_up(spec, message, message_size);
    else if (wants_message)
        (void)snprintf(message, message_size,
                       "a resource manager is in use already; choose before making objects");
    lock_give(&manager.lock);
    return status;
}

rm_status manager_faults(struct faultscript *script, char *message, size_t message_size) {
    rm_status status = RM_OK;
    lock_take(&manager.lock);
    if (!manager.service) {
        const struct faultscript former = manager.faults;
        manager.faults = *script;
        *script = former;
    } else {
        status = manager.faulty
                     ? backends_fault_again(manager.faulty, script->text, script->size, message, message_size)
                     : RM_E_UNEXPECTED;
    }
    lock_give(&manager.lock);
    if (status == RM_E_INVALID_PARAMETER)
        faultscript_blame(script, message, message_size);
    faultscript_clear(script);
    return status;
}

uint64_t manager_faults_struck(void) {
    lock_take(&manager.lock);
    const uint64_t struck = manager.faulty ? backends_faults_struck(manager.faulty) : 0;
    lock_give(&manager.lock);
    return struck;
}

rm_status manager_service(struct rm_service **out) {
    lock_take(&manager.lock);
    rm_status status = manager.service ? RM_OK : set_up_by_environment();
    if (status == RM_OK)
        *out = manager.service;
    lock_give(&manager.lock);
    return status;
}

rm_status manager_simulator(struct rm_service **out) {
    lock_take(&manager.lock);
    rm_status status = manager.service ? RM_OK : set_up_by_environment();
    if (status == RM_OK && !manager.made.simulator)
        status = RM_E_UNEXPECTED;
    if (status == RM_OK)
        *out = manager.made.simulator;
    lock_give(&manager.lock);
    return status;
}

bool manager_is_system(void) {
    lock_take(&manager.lock);
    const bool is_system = !manager.service || manager.made.is_system;
    lock_give(&manager.lock);
    return is_system;
}

rm_status manager_used(const char **spec, struct rm_service **service, struct rm_service **several) {
    const rm_status status = manager_service(service);
    if (status != RM_OK)
        return status;
    /* Set with the service, and never again. */
    *spec = manager.spec;
    *several = manager.made.several;
    return RM_OK;
}

void manager_note(rm_status answer) {
    atomic_store(&manager.noted, (uint64_t)answer << 1 | 1);
}

bool manager_noted(rm_status *out) {
    const uint64_t noted = atomic_load(&manager.noted);
    *out = (rm_status)(noted >> 1);
    return noted != 0;
}

uint32_t manager_timeout(void) {
    return env_get_ms("SCARDSSP_TIMEOUT", DEFAULT_TIMEOUT_MS);
}
