/* The beginning of the process on Windows, where command lines are wide text. */
#include <stdbool.h>
#include <stdlib.h>
#include <wchar.h>

#include "main.h"
#include "scardssp.h"
#include "terminal/console.h"
#include "terminal/failure.h"
#include "terminal/text.h"

/* Names on the command line are what they are: "*" is not for the C library to replace. */
extern int _dowildcard;
int _dowildcard = 0;

int wmain(int argc, wchar_t **wide);

int wmain(int argc, wchar_t **wide) {
    char **argv = calloc((size_t)argc + 1, sizeof *argv);
    bool complete = argv != NULL;
    console_open();
    for (int i = 0; complete && i < argc; ++i)
        complete = (argv[i] = text_from_wide(wide[i])) != NULL;
    const int code =
        complete ? scard_run(argc, argv) : failure(E_OUTOFMEMORY, NULL, "cannot read the command line");
    for (int i = 0; argv && i < argc; ++i)
        free(argv[i]);
    free(argv);
    return code;
}
