/* What the card says of a file or directory: see describe.h. */
#include "shell/describe.h"

#include <stdio.h>
#include <string.h>

#include "shell/jsonline.h"
#include "shell/objects.h"

struct ask_work {
    const char *place;
    bool current;
    struct facts *out;
};

static HRESULT ask(struct session *session, void *user) {
    struct ask_work *work = user;
    return facts_get(session->files, work->place, work->out);
}

HRESULT describe_ask(struct session *session, const char *path, char place_out[PLACE_MAX],
                     struct facts *out) {
    struct ask_work work = {.place = place_out, .out = out};
    *out = (struct facts){.size = 0};
    const HRESULT hr = session_resolve(session, path, place_out);
    return SUCCEEDED(hr) ? session_do(session, ask, &work) : hr;
}

static void print(const char *place, const struct facts *facts) {
    char text[PLACE_MAX];
    const struct file_name *name = place_name(place);
    const struct application *application = place_application(place);
    place_text(place, text);
    printf("%s%s%s%s\n", text, name || application ? ": " : "", name ? name->meaning : "",
           !name && application ? application->meaning : "");
    if (!objects_print(facts->bytes, facts->size, OBJECTS_FILE, 2))
        printf("  The card says nothing more of it.\n");
}

void describe_tell(const struct session *session, const char *place, const struct facts *facts) {
    if (session->json)
        jsonline_description(place, facts);
    else
        print(place, facts);
}
