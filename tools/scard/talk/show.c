/* Commands to a card as the tool shows them: see show.h. */
#include "talk/show.h"

#include <stdio.h>

#include "scardssp_rm.h"

void show_apdu(const uint8_t *command, size_t size, int indent) {
    size_t start = 0, count = 0;
    (void)scardssp_apdu_secret(command, size, &start, &count);
    printf("%*s>", indent, "");
    for (size_t i = 0; i < size; ++i) {
        if (i >= start && i < start + count)
            fputs(" **", stdout);
        else
            printf(" %02X", command[i]);
    }
    fputc('\n', stdout);
}
