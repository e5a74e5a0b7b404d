/* A file or directory of a card as a line: see entry.h. */
#include "shell/entry.h"

#include <stdio.h>
#include <string.h>

#include "shell/jsonline.h"

#define INDENT 2u
#define NAME_COLUMNS 20
#define KIND_COLUMNS 28

/* "USIM/  A0000000871002FF49FF0589", one that is known by its name. */
static void print_application(const struct listing_entry *entry, unsigned indent) {
    const struct application *application = place_application(entry->place);
    const int digits = (int)strcspn(entry->place + 2, "\"");
    const int wide = NAME_COLUMNS + 6;
    printf("%*s%s/%*s %-*.*s  %s\n", (int)indent, "", application->name,
           wide - 1 - (int)strlen(application->name), "", KIND_COLUMNS, digits, entry->place + 2,
           application->meaning);
}

static void print(const struct listing_entry *entry, unsigned depth) {
    char parent[PLACE_MAX], sum[FACTS_TEXT_MAX] = "", line[PLACE_MAX + FACTS_TEXT_MAX + 128];
    const char *last = NULL;
    place_parent(entry->place, parent, &last);
    if (*last == '\0' && place_application(entry->place)) {
        print_application(entry, INDENT * depth);
        return;
    }
    const struct file_name *name = place_name(entry->place);
    if (entry->told)
        facts_sum(&entry->facts, sum);
    if (*last == '\0') /* an application that nobody knows */
        last = entry->place + 1;
    int size = snprintf(line, sizeof line, "%*s%s%-*s %-*s %-*s  %s", (int)(INDENT * depth), "", last,
                        strlen(last) < 5 ? 5 - (int)strlen(last) : 0, entry->directory ? "/" : "",
                        NAME_COLUMNS, name ? name->name : "", KIND_COLUMNS,
                        entry->directory && *sum == '\0' ? "directory" : sum, name ? name->meaning : "");
    while (size > 0 && size < (int)sizeof line && line[size - 1] == ' ')
        line[--size] = '\0';
    printf("%s\n", line);
}

void entry_tell(const struct session *session, const struct listing_entry *entry, unsigned depth) {
    if (session->json)
        jsonline_entry(entry);
    else
        print(entry, depth);
}
