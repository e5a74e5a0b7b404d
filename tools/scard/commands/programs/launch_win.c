/* Where programs take PC/SC from the system: see launch.h. */
#include "commands/programs/launch.h"

#include "terminal/exitcode.h"
#include "terminal/failure.h"

const char launch_notes[] =
    "Only on Linux: on Windows programs take PC/SC from the system's winscard.dll, which nothing stands in "
    "for.\n"
    "Exit code: 126.\n";

/* Nothing is started, whatever it is. */
int launch_check(const char *rm) {
    (void)rm;
    return EXIT_GOOD;
}

int launch_program(const struct launch *launch) {
    failure_plain("run it on Linux, or let the program use the objects of scardssp.dll",
                  "cannot start '%s' over another PC/SC library on Windows", launch->command[0]);
    return LAUNCH_NOT_STARTED;
}
