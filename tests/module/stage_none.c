/* The stage where there is no service that tests may have to themselves: see stage_service.h. */
#include <stdio.h>

#include "stage_service.h"

bool stage_service_open(char *why, size_t why_size) {
    (void)snprintf(why, why_size, "there is no service of the tests' own on this system");
    return false;
}

void stage_service_close(void) {
}

const char *stage_service_reader(unsigned slot) {
    (void)slot;
    return "";
}

bool stage_service_insert(unsigned slot, const char *image, unsigned protocol) {
    (void)slot;
    (void)image;
    (void)protocol;
    return false;
}
