/* How the tool says that something failed. Called by every command. */
#include "terminal/failure.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "scardssp_rm.h"
#include "terminal/exitcode.h"
#include "terminal/text.h"

static void print_what(const char *what, va_list arguments) __attribute__((format(__printf__, 1, 0)));

static void print_what(const char *what, va_list arguments) {
    char text[5000];
    fflush(stdout); /* what has been shown so far comes first, also where both streams end in one file */
    fprintf(stderr, "scard: ");
    (void)vsnprintf(text, sizeof text, what, arguments);
    text_print(stderr, text);
}

int failure(int32_t status, const char *advice, const char *what, ...) {
    va_list arguments;
    va_start(arguments, what);
    print_what(what, arguments);
    va_end(arguments);
    fprintf(stderr, ": %s (0x%08" PRIX32 "): %s\n", scardssp_status_name(status), (uint32_t)status,
            advice ? advice : scardssp_status_advice(status));
    return EXIT_CARD;
}

int failure_plain(const char *remedy, const char *what, ...) {
    va_list arguments;
    va_start(arguments, what);
    print_what(what, arguments);
    va_end(arguments);
    fprintf(stderr, "%s%s\n", remedy ? "; " : "", remedy ? remedy : "");
    return EXIT_CARD;
}

const char *failure_name(int32_t status) {
    return status == 0 ? "S_OK" : scardssp_status_name(status);
}
