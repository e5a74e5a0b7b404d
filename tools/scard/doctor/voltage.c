/* Classes of operating conditions: see voltage.h. */
#include "doctor/voltage.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "doctor/root.h"
#include "scardssp_rm.h"

#define ALL_CLASSES (SCARDSSP_CLASS_A | SCARDSSP_CLASS_B | SCARDSSP_CLASS_C)
#define GLOBAL 15u /* the protocol whose interface bytes are for all of them */

/* What the parts of an ATR have told so far. */
struct reading {
    unsigned protocol; /* of the last TD */
    unsigned classes;
    bool found;
};

static void take_part(void *user, const char *part, const uint8_t *bytes, size_t size, const char *text) {
    struct reading *reading = user;
    (void)text;
    if (size != 1 || strlen(part) != 3 || part[0] != 'T')
        return;
    if (part[1] == 'D')
        reading->protocol = bytes[0] & 0x0Fu;
    if (part[1] == 'A' && reading->protocol == GLOBAL && !reading->found) {
        reading->classes = bytes[0] & ALL_CLASSES;
        reading->found = true;
    }
}

unsigned voltage_of_atr(const uint8_t *atr, size_t size) {
    struct reading reading = {0};
    return scardssp_atr_explain(atr, size, take_part, &reading) == 0 ? reading.classes : 0;
}

struct looking {
    const char *reader;
    unsigned classes;
};

static void compare(void *user, const struct scardssp_usb_reader *reader) {
    struct looking *looking = user;
    if (reader->name && strncmp(looking->reader, reader->name, strlen(reader->name)) == 0)
        looking->classes |= reader->classes;
}

unsigned voltage_of_reader(const char *reader) {
    struct looking looking = {.reader = reader};
    (void)scardssp_each_usb_reader(root_folder(), compare, &looking);
    return looking.classes;
}

const char *voltage_text(unsigned classes, char out[VOLTAGE_TEXT_MAX]) {
    static const char *const names[] = {"5 V", "3 V", "1.8 V"};
    out[0] = '\0';
    for (size_t i = 0; i < 3; ++i)
        if (classes & 1u << i)
            (void)snprintf(out + strlen(out), VOLTAGE_TEXT_MAX - strlen(out), "%s%s", out[0] ? ", " : "",
                           names[i]);
    return out;
}
