/* Backends in words and in JSON: see backend.h. */
#include "talk/backend.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "scardssp.h"
#include "scardssp_rm.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"
#include "terminal/text.h"

static void print_one(void *user, const struct scardssp_backend *backend) {
    (void)user;
    printf("%s: %s%s%s\n", backend->name, backend->summary, backend->argument ? "; " : "",
           backend->argument ? backend->argument : "");
    if (backend->status == S_OK) {
        printf("  can be used here\n");
        return;
    }
    printf("  cannot be used here: ");
    text_print(stdout, backend->cause ? backend->cause : failure_name(backend->status));
    printf("\n  what to do: ");
    text_print(stdout, backend->remedy);
    printf("\n");
}

int backend_print_all(void) {
    const int32_t status = scardssp_list_backends(print_one, NULL);
    return status == S_OK ? EXIT_GOOD : failure(status, NULL, "cannot list the backends");
}

/* What both arrays tell of a backend that does not work, or that it does. */
static void write_state(struct json *json, const struct scardssp_backend *backend) {
    json_text(json, "status", failure_name(backend->status));
    json_text(json, "cause", backend->cause);
    json_text(json, "remedy", backend->remedy);
}

static void write_one(void *user, const struct scardssp_backend *backend) {
    struct json *json = user;
    json_object(json, NULL);
    json_text(json, "name", backend->name);
    json_text(json, "summary", backend->summary);
    json_text(json, "argument", backend->argument);
    json_flag(json, "usable", backend->status == S_OK);
    write_state(json, backend);
    json_end(json, '}');
}

int backend_write_all(void) {
    struct json json = {.file = stdout};
    json_object(&json, NULL);
    json_array(&json, "backends");
    const int32_t status = scardssp_list_backends(write_one, &json);
    json_end(&json, ']');
    json_end(&json, '}');
    return status == S_OK ? EXIT_GOOD : failure(status, NULL, "cannot list the backends");
}

/* Nothing is asked for nothing: one backend alone has no comma. */
static bool may_be_several(const char *rm) {
    return rm && strchr(rm, ',');
}

static void count_one(void *user, const struct scardssp_backend *backend) {
    (void)backend;
    ++*(size_t *)user;
}

static bool are_several(const char *rm) {
    size_t count = 0;
    return may_be_several(rm) && scardssp_used_backends(count_one, &count) == S_OK && count > 1;
}

static void print_failed(void *user, const struct scardssp_backend *backend) {
    int *code = user;
    if (backend->status == S_OK)
        return;
    *code = backend->cause ? failure(backend->status, backend->remedy, "%s cannot be used: %s", backend->name,
                                     backend->cause)
                           : failure(backend->status, backend->remedy, "%s cannot be used", backend->name);
}

int backend_print_failed(const char *rm) {
    int code = EXIT_GOOD;
    if (are_several(rm))
        (void)scardssp_used_backends(print_failed, &code);
    return code;
}

static void write_failed(void *user, const struct scardssp_backend *backend) {
    struct json *json = user;
    if (backend->status == S_OK)
        return;
    json_object(json, NULL);
    json_text(json, "name", backend->name);
    write_state(json, backend);
    json_end(json, '}');
}

void backend_write_failed(struct json *json, const char *rm) {
    json_array(json, "failed");
    if (are_several(rm))
        (void)scardssp_used_backends(write_failed, json);
    json_end(json, ']');
}
