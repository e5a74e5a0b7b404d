/* What a program of these tests brings along: see kit.h. */
#include "kit.h"

#include <time.h>

int64_t kit_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void kit_pause(long ms) {
    const struct timespec time = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

int kit_three_cards(void **state) {
    static const char *const images[] = {"demo", "gsm", "app"};
    (void)state;
    scardssp_sim_clear();
    for (unsigned i = 0; i < 3; ++i) {
        char name[] = SIM_READER;
        name[sizeof name - 2] = (char)('0' + i);
        if (scardssp_sim_plug(name, images[i], 0, NULL, 0) != S_OK)
            return -1;
    }
    return 0;
}

const char *kit_readers(void) {
    static char names[1000];
    size_t size = sizeof names;
    expect_hr(scardssp_list_readers(names, &size), S_OK);
    expect(size >= 1 && names[size - 1] == '\0');
    if (size > 1) {
        expect(names[size - 2] == '\0');
        for (size_t i = 0; i + 2 < size; ++i)
            if (!names[i])
                names[i] = '|';
    }
    return names;
}
