/* Data objects of a card in words: see objects.h. */
#include "shell/objects.h"

#include <inttypes.h>
#include <stdio.h>

#include "scardssp.h"
#include "scardssp_rm.h"
#include "shell/facts.h"
#include "shell/names.h"
#include "shell/tags.h"
#include "terminal/text.h"

#define VALUE_SHOWN 32u /* bytes of a value in hexadecimal */
#define TEXT_LEAST 3u   /* shorter values may look like text by chance */

#define TAG_AID 0x4Fu
#define TAG_EXPANDED 0xABu /* security attributes in expanded format */

struct printing {
    enum objects_kind kind;
    unsigned indent;
    uint32_t outer; /* the tag of the outermost object */
};

/* What the tags mean here: in a parameter of a file they are others than outside. */
static enum objects_kind kind_at(const struct printing *printing, const struct scardssp_object *object) {
    if (printing->kind != OBJECTS_FILE || object->depth == 0)
        return printing->kind;
    return printing->outer == TAG_EXPANDED ? OBJECTS_RULES : OBJECTS_ANY;
}

static bool is_text(const uint8_t *bytes, size_t size) {
    for (size_t i = 0; i < size; ++i)
        if (bytes[i] < 0x20 || bytes[i] > 0x7E)
            return false;
    return size > 0;
}

static void print_bytes(const uint8_t *bytes, size_t size) {
    text_print_hex(stdout, bytes, size < VALUE_SHOWN ? size : VALUE_SHOWN, " ");
    if (size > VALUE_SHOWN)
        printf(" ... (%zu bytes)", size);
}

static void print_name(const uint8_t *aid, size_t size) {
    const struct application *application = names_application(aid, size);
    print_bytes(aid, size);
    if (application)
        printf(" (%s)", application->name);
}

/* A value of file control parameters, where it is one that words can tell; false: it is none. */
static bool print_parameter(const struct scardssp_object *object) {
    char text[FACTS_TEXT_MAX];
    if (!facts_text(object, text))
        return false;
    printf("%s", text);
    return true;
}

static void print_value(const struct printing *printing, const struct scardssp_object *object) {
    const bool parameter = kind_at(printing, object) == OBJECTS_FILE;
    if (object->tag == TAG_AID || (parameter && object->tag == FACTS_NAME))
        print_name(object->value, object->size);
    else if (parameter && print_parameter(object))
        return;
    else if (object->size >= TEXT_LEAST && is_text(object->value, object->size))
        printf("\"%.*s\"", (int)object->size, (const char *)object->value);
    else
        print_bytes(object->value, object->size);
}

static void print_object(void *user, const struct scardssp_object *object) {
    struct printing *printing = user;
    if (object->depth == 0)
        printing->outer = object->tag;
    const char *meaning = tags_meaning(kind_at(printing, object), object->tag);
    printf("%*s%02" PRIX32, (int)(printing->indent + 2 * object->depth), "", object->tag);
    if (meaning)
        printf(" %s", meaning);
    if (!object->inner && object->size > 0) {
        printf(": ");
        print_value(printing, object);
    }
    putchar('\n');
}

bool objects_print(const uint8_t *bytes, size_t size, enum objects_kind kind, unsigned indent) {
    struct printing printing = {kind, indent, 0};
    return scardssp_each_object(bytes, size, print_object, &printing) == S_OK;
}

struct knowing {
    enum objects_kind kind;
    bool known;
};

static void know(void *user, const struct scardssp_object *object) {
    struct knowing *knowing = user;
    if (object->depth == 0)
        knowing->known &= tags_meaning(knowing->kind, object->tag) != NULL;
}

bool objects_are_known(const uint8_t *bytes, size_t size, enum objects_kind kind) {
    struct knowing knowing = {kind, true};
    return scardssp_each_object(bytes, size, know, &knowing) == S_OK && knowing.known;
}
