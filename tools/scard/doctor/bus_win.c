/* Windows finds the drivers of readers by itself, and does not tell a program which it lacks. */
#include "doctor/examine.h"

size_t examine_bus(struct findings *all, const struct reader_list *readers) {
    (void)all;
    (void)readers;
    return 0;
}
