/* Lines that grow and are wiped: see textline.h. */
#include "lineedit/textline.h"

#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"

#define FIRST_ROOM 256

void textline_free(struct textline *line) {
    wipe_free(line->text, line->room);
    *line = (struct textline){0};
}

/* realloc() would leave the old text behind unwiped. */
static bool grow(struct textline *line) {
    struct textline larger = {.size = line->size, .room = line->room ? 2 * line->room : FIRST_ROOM};
    larger.text = calloc(larger.room, 1);
    if (larger.text == NULL)
        return false;
    if (line->text)
        memcpy(larger.text, line->text, line->size);
    textline_free(line);
    *line = larger;
    return true;
}

bool textline_add(struct textline *line, char letter) {
    if (line->size + 1 >= line->room && !grow(line))
        return false;
    line->text[line->size++] = letter;
    line->text[line->size] = '\0';
    return true;
}

bool textline_append(struct textline *line, const char *text, size_t size) {
    for (size_t i = 0; i < size; ++i)
        if (!textline_add(line, text[i]))
            return false;
    return true;
}

void textline_clear(struct textline *line) {
    wipe(line->text, line->room);
    line->size = 0;
}
