/*
 * Programs in processes of their own: see kit.h. How such a process is made, each system says in a file of
 * its own.
 */
#include "kit_child.h"

#include <stdlib.h>
#include <string.h>

#include "kit.h"
#include "support/kits/environment.h"
#include "support/kits/scratch.h"

void kit_child_set(const char *const *variables) {
    static const char *const ours[] = {"SCARDSSP_RM", "SCARDSSP_TRACE", "SCARDSSP_TRACE_RECORD",
                                       "SCARDSSP_TIMEOUT"};
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; ++i)
        environment_set(ours[i], NULL);
    for (; *variables; ++variables) {
        char *variable = strdup(*variables);
        char *value = variable ? strchr(variable, '=') : NULL;
        expect(value != NULL);
        *value++ = '\0';
        environment_set(variable, value);
        free(variable);
    }
}

static char *read_all(FILE *file) {
    char *text = calloc(1, 65536);
    assert_non_null(text);
    rewind(file);
    text[fread(text, 1, 65535, file)] = '\0';
    fclose(file);
    return text;
}

char *kit_child(void (*program)(void), const char *const *variables) {
    char folder[SCRATCH_ROOM], path[SCRATCH_ROOM + 7];
    int status = -1;
    assert_true(scratch_create(folder));
    (void)snprintf(path, sizeof path, "%s/errors", folder);
    FILE *errors = fopen(path, "w+b");
    assert_non_null(errors);
    fflush(NULL);
    const bool good = kit_child_run(program, variables, errors, &status);
    char *text = read_all(errors);
    assert_true(scratch_remove(folder));
    if (!good) {
        print_error("the child ended with status 0x%X and said:\n%s", (unsigned)status, text);
        free(text);
        fail();
    }
    return text;
}

void kit_quiet_child(void (*program)(void), const char *const *variables) {
    char *text = kit_child(program, variables);
    if (*text)
        print_error("unexpected: %s", text);
    const bool quiet = !*text;
    free(text);
    assert_true(quiet);
}
