/* Commands of the shell, on Windows: see shell.h. */
#include "terminal/shell.h"

#include <stdio.h>
#include <stdlib.h>

#include "terminal/text.h"

#define NOT_STARTED 127

void shell_variable(const char *name, const char *value) {
    wchar_t *wide_name = text_to_wide(name), *wide_value = text_to_wide(value ? value : "");
    if (wide_name && wide_value)
        (void)_wputenv_s(wide_name, wide_value); /* an empty one takes it away */
    free(wide_name);
    free(wide_value);
}

int shell_run(const char *line) {
    wchar_t *wide = text_to_wide(line);
    (void)fflush(NULL);
    const int status = wide ? _wsystem(wide) : -1;
    free(wide);
    return status == -1 ? NOT_STARTED : status;
}
