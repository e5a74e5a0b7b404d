/* Runs the examples of calls.h, each as a case: TAP on standard output. Needs no hardware. */
#include <stdio.h>

#include "scardssp_card.h"
#include "scardssp_faults.h"

#include "calls.h"

static int failures;

void call_failed(const char *file, int line, const char *what) {
    ++failures;
    printf("# %s:%d: %s\n", file, line, what);
}

int main(void) {
    const struct call *const all[] = {card_calls,      reader_calls,   word_calls,    cardex_calls, com_calls,
                                      simulator_calls, database_calls, service_calls, fault_calls};
    char message[256];
    int number = 0, failed = 0;
    if (scardssp_faults("", message, sizeof message) < 0 ||
        scardssp_use_rm("sim", message, sizeof message) < 0) {
        printf("Bail out! %s\n", message);
        return 2;
    }
    for (size_t i = 0; i < sizeof all / sizeof all[0]; ++i)
        for (const struct call *call = all[i]; call->name; ++call) {
            failures = 0;
            call->example();
            failed += failures != 0;
            printf("%s %d - %s\n", failures ? "not ok" : "ok", ++number, call->name);
        }
    printf("1..%d\n", number);
    return failed != 0;
}
