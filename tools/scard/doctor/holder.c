/* Lists of processes: see holder.h. */
#include "doctor/holder.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "terminal/text.h"

void holder_list_free(struct holder_list *list) {
    free(list->items);
    *list = (struct holder_list){0};
}

bool holder_list_add(struct holder_list *list, uint32_t pid) {
    size_t place = 0;
    while (place < list->count && list->items[place].pid < pid)
        ++place;
    if (place < list->count && list->items[place].pid == pid) {
        ++list->items[place].times;
        return true;
    }
    struct holder *more = realloc(list->items, (list->count + 1) * sizeof *more);
    if (more == NULL)
        return false;
    memmove(more + place + 1, more + place, (list->count - place) * sizeof *more);
    more[place] = (struct holder){.pid = pid, .times = 1};
    list->items = more;
    ++list->count;
    return true;
}

void holder_list_drop(struct holder_list *list, const char *program) {
    size_t kept = 0;
    for (size_t i = 0; i < list->count; ++i)
        if (strcmp(list->items[i].program, program) != 0)
            list->items[kept++] = list->items[i];
    list->count = kept;
}

void holder_list_print(const struct holder_list *list, FILE *file) {
    for (size_t i = 0; i < list->count; ++i) {
        const struct holder *one = &list->items[i];
        fputs(i > 0 ? ", " : "", file);
        text_print(file, one->program[0] ? one->program : "a program");
        fprintf(file, " (process %" PRIu32 "%s", one->pid, one->user[0] ? ", user " : "");
        text_print(file, one->user);
        fputc(')', file);
    }
}

void holder_list_write(struct json *json, const char *key, const struct holder_list *list) {
    json_array(json, key);
    for (size_t i = 0; i < list->count; ++i) {
        const struct holder *one = &list->items[i];
        json_object(json, NULL);
        json_number(json, "pid", one->pid);
        json_text(json, "program", one->program[0] ? one->program : NULL);
        json_text(json, "user", one->user[0] ? one->user : NULL);
        json_number(json, "connections", one->times);
        json_end(json, '}');
    }
    json_end(json, ']');
}
