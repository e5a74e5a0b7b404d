/* scardssp_faults.h: fault scripts of this process. */
#include "scardssp_faults.h"

#include "com/hresult.h"
#include "module/backends.h"
#include "module/faultscript.h"
#include "module/manager.h"

static int32_t result_from(rm_status status) {
    return status == RM_E_UNEXPECTED ? E_UNEXPECTED : hresult_of_argument(status, RM_E_INVALID_PARAMETER);
}

/* Reads it, to say what is wrong with it before it is needed. */
static rm_status check(const struct faultscript *script, char *message, size_t message_size) {
    const rm_status status = backends_fault_check(script->text, script->size, message, message_size);
    if (status == RM_E_INVALID_PARAMETER)
        faultscript_blame(script, message, message_size);
    return status;
}

static int32_t play(struct faultscript *script, char *message, size_t message_size) {
    const rm_status status = check(script, message, message_size);
    if (status == RM_OK)
        return result_from(manager_faults(script, message, message_size));
    faultscript_clear(script);
    return result_from(status);
}

static void begin(char *message, size_t message_size) {
    if (message && message_size)
        *message = '\0';
}

int32_t scardssp_faults(const char *script, char *message, size_t message_size) {
    struct faultscript made;
    begin(message, message_size);
    if (!faultscript_copy(script ? script : "", &made))
        return E_OUTOFMEMORY;
    return play(&made, message, message_size);
}

int32_t scardssp_faults_file(const char *path, char *message, size_t message_size) {
    struct faultscript made;
    begin(message, message_size);
    if (!path)
        return E_INVALIDARG;
    const rm_status status = faultscript_read(path, &made, message, message_size);
    return status == RM_OK ? play(&made, message, message_size) : result_from(status);
}

int32_t scardssp_faults_check(const char *script, char *message, size_t message_size) {
    struct faultscript made;
    begin(message, message_size);
    if (!script)
        return E_INVALIDARG;
    if (!faultscript_copy(script, &made))
        return E_OUTOFMEMORY;
    const rm_status status = check(&made, message, message_size);
    faultscript_clear(&made);
    return result_from(status);
}

uint64_t scardssp_faults_struck(void) {
    return manager_faults_struck();
}
