/* Lists of findings, in lines and in JSON: see finding.h. */
#include "doctor/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "terminal/text.h"

struct finding *finding_add(struct findings *all, enum finding_grade grade, const char *id,
                            const char *subject) {
    struct finding *more = realloc(all->items, (all->count + 1) * sizeof *more);
    struct finding *added = more ? &more[all->count++] : &all->spare;
    if (more)
        all->items = more;
    else
        all->short_of_memory = true;
    *added = (struct finding){.grade = grade, .id = id};
    (void)snprintf(added->subject, sizeof added->subject, "%s", subject ? subject : "");
    return added;
}

static void write_text(char out[FINDING_TEXT_MAX], const char *format, va_list arguments)
    __attribute__((format(__printf__, 2, 0)));

static void write_text(char out[FINDING_TEXT_MAX], const char *format, va_list arguments) {
    (void)vsnprintf(out, FINDING_TEXT_MAX, format, arguments);
}

void finding_what(struct finding *finding, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    write_text(finding->what, format, arguments);
    va_end(arguments);
}

void finding_seen(struct finding *finding, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    write_text(finding->seen, format, arguments);
    va_end(arguments);
}

void finding_remedy(struct finding *finding, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    write_text(finding->remedy, format, arguments);
    va_end(arguments);
}

void finding_command(struct finding *finding, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    write_text(finding->command, format, arguments);
    va_end(arguments);
}

size_t findings_count(const struct findings *all, enum finding_grade grade) {
    size_t count = 0;
    for (size_t i = 0; i < all->count; ++i)
        count += all->items[i].grade == grade;
    return count;
}

static void print_line(const char *label, const char *text) {
    if (!text[0])
        return;
    printf("       %s", label);
    text_print(stdout, text);
    putchar('\n');
}

void findings_print(const struct findings *all) {
    static const char *const grades[] = {"ok     ", "note   ", "FAULT  "};
    for (size_t i = 0; i < all->count; ++i) {
        const struct finding *one = &all->items[i];
        printf("%s", grades[one->grade]);
        if (one->subject[0]) {
            text_print(stdout, one->subject);
            printf(": ");
        }
        text_print(stdout, one->what);
        putchar('\n');
        print_line("seen:  ", one->seen);
        print_line("do:    ", one->remedy);
        print_line("type:  ", one->command);
    }
}

static void write_text_or_null(struct json *json, const char *key, const char *text) {
    json_text(json, key, text[0] ? text : NULL);
}

void findings_write(struct json *json, const char *key, const struct findings *all) {
    static const char *const grades[] = {"ok", "note", "fault"};
    json_array(json, key);
    for (size_t i = 0; i < all->count; ++i) {
        const struct finding *one = &all->items[i];
        json_object(json, NULL);
        json_text(json, "grade", grades[one->grade]);
        json_text(json, "id", one->id);
        write_text_or_null(json, "subject", one->subject);
        json_text(json, "what", one->what);
        write_text_or_null(json, "seen", one->seen);
        write_text_or_null(json, "remedy", one->remedy);
        write_text_or_null(json, "command", one->command);
        json_end(json, '}');
    }
    json_end(json, ']');
}

void findings_free(struct findings *all) {
    free(all->items);
    *all = (struct findings){0};
}
