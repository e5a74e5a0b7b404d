/* Identifiers as UTF-8 text in registry form. Called by db.c. */
#include "module/api/guidlist.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"

/* 'x' stands for a digit; the rest stands for itself. */
static const char shape[] = "{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}";

bool guidlist_parse(const char *text, struct carddb_guid *out) {
    uint8_t bytes[16] = {0};
    size_t count = 0;
    for (size_t i = 0; i < sizeof shape; ++i) {
        const int value = shape[i] == 'x' ? ascii_digit(text[i]) : 0;
        if (value < 0 || (shape[i] != 'x' && text[i] != shape[i]))
            return false;
        if (shape[i] == 'x') {
            bytes[count / 2] = (uint8_t)(bytes[count / 2] << 4 | value);
            ++count;
        }
    }
    *out = (struct carddb_guid){.data1 = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
                                         (uint32_t)bytes[2] << 8 | bytes[3],
                                .data2 = (uint16_t)(bytes[4] << 8 | bytes[5]),
                                .data3 = (uint16_t)(bytes[6] << 8 | bytes[7])};
    memcpy(out->data4, bytes + 8, sizeof out->data4);
    return true;
}

void guidlist_format(const struct carddb_guid *guid, char out[GUIDLIST_TEXT_SIZE]) {
    const uint8_t *tail = guid->data4;
    (void)snprintf(out, GUIDLIST_TEXT_SIZE, "{%08" PRIX32 "-%04X-%04X-%02X%02X-%02X%02X%02X%02X%02X%02X}",
                   guid->data1, (unsigned)guid->data2, (unsigned)guid->data3, tail[0], tail[1], tail[2],
                   tail[3], tail[4], tail[5], tail[6], tail[7]);
}

bool guidlist_create(const struct carddb_guid *guids, size_t count, struct guidlist *out) {
    *out = (struct guidlist){0};
    char(*texts)[GUIDLIST_TEXT_SIZE] = calloc(count + 1, sizeof *texts);
    const char **list = calloc(count + 1, sizeof *list);
    if (!texts || !list) {
        free(texts);
        free(list);
        return false;
    }
    for (size_t i = 0; i < count; ++i) {
        guidlist_format(&guids[i], texts[i]);
        list[i] = texts[i];
    }
    *out = (struct guidlist){.texts = list, .block = texts};
    return true;
}

void guidlist_free(struct guidlist *list) {
    free(list->texts);
    free(list->block);
    *list = (struct guidlist){0};
}
