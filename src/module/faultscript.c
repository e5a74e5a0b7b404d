/* Fault scripts as text: see faultscript.h. */
#include "module/faultscript.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text/textfile.h"

#define SIZE_MAX_BYTES 1048576u

bool faultscript_copy(const char *text, struct faultscript *out) {
    *out = (struct faultscript){.text = strdup(text), .size = strlen(text)};
    return out->text != NULL;
}

static void say(char *message, size_t message_size, const char *path, const char *what) {
    if (message && message_size)
        (void)snprintf(message, message_size, "%s: %s", path, what);
}

rm_status faultscript_read(const char *path, struct faultscript *out, char *message, size_t message_size) {
    *out = (struct faultscript){.text = NULL};
    const enum textfile_result result = textfile_read(path, SIZE_MAX_BYTES, &out->text, &out->size);
    if (result == TEXTFILE_NO_MEMORY)
        return RM_E_NO_MEMORY;
    if (result != TEXTFILE_OK) {
        say(message, message_size, path,
            result == TEXTFILE_TOO_LARGE ? "a fault script has at most 1 MiB" : "the file cannot be read");
        return RM_E_INVALID_PARAMETER;
    }
    out->file = strdup(path);
    if (out->file)
        return RM_OK;
    faultscript_clear(out);
    return RM_E_NO_MEMORY;
}

rm_status faultscript_find(const char *value, struct faultscript *out, char *message, size_t message_size) {
    if (file_is_readable(value))
        return faultscript_read(value, out, message, message_size);
    return faultscript_copy(value, out) ? RM_OK : RM_E_NO_MEMORY;
}

void faultscript_blame(const struct faultscript *script, char *message, size_t message_size) {
    char former[512];
    if (!message || !message_size || !*message)
        return;
    (void)snprintf(former, sizeof former, "%s", message);
    (void)snprintf(message, message_size, "%s:%s", script->file ? script->file : "the fault script", former);
}

void faultscript_clear(struct faultscript *script) {
    free(script->text);
    free(script->file);
    *script = (struct faultscript){.text = NULL};
}
