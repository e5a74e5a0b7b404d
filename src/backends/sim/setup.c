/* The readers a simulator starts with: built-in, from one card image, or from a list in JSON. */
#include "backends/sim/setup.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/sim/json_line.h"
#include "backends/sim/sim.h"

#define LIST_FORMAT "scardssp-readers"
#define FILE_MAX (1024u * 1024u) /* bytes of a list of readers */
#define FIRST_READER "Simulated Reader 00"

/* A list of readers being read, and where complaints about it go. */
struct list {
    const char *path;
    const char *text;
    size_t folder; /* bytes of the path up to the last slash, with it */
    char *message;
    size_t message_size;
};

static rm_status setup_default(struct sim_service *service, char *message, size_t message_size) {
    static const char *const images[] = {"demo", "gsm", "app"};
    rm_status status = RM_OK;
    for (unsigned i = 0; i < 3 && status == RM_OK; ++i) {
        char name[] = FIRST_READER;
        name[sizeof name - 2] = (char)('0' + i);
        status = sim_plug(&service->rm, name, images[i], 0, message, message_size);
    }
    return status;
}

/* Says what is wrong with a field ("readers[1].card", or "version") and where. */
static rm_status refuse(const struct list *list, int index, const char *field, const char *reason) {
    char where[64];
    if (!list->message || !list->message_size)
        return RM_E_INVALID_PARAMETER;
    if (index < 0)
        snprintf(where, sizeof where, "%s", field);
    else if (*field)
        snprintf(where, sizeof where, "readers[%d].%s", index, field);
    else
        snprintf(where, sizeof where, "readers[%d]", index);
    snprintf(list->message, list->message_size, "%s:%u: %s: %s", list->path,
             json_line(list->text, index < 0 ? field : "readers", index, index < 0 ? "" : field), where,
             reason);
    return RM_E_INVALID_PARAMETER;
}

/* The first member that is not in the list of known ones; NULL: all are known. A typo must not pass in silence. */
static const char *unknown_member(const cJSON *object, const char *const *known) {
    const cJSON *member;
    cJSON_ArrayForEach(member, object) {
        const char *const *name = known;
        while (*name && strcmp(*name, member->string) != 0)
            ++name;
        if (!*name)
            return member->string;
    }
    return NULL;
}

static bool is_built_in(const char *image) {
    return strcmp(image, "demo") == 0 || strcmp(image, "gsm") == 0 || strcmp(image, "app") == 0;
}

/* An image as sim_plug() takes it: a relative path starts in the folder of the list. NULL: out of memory. */
static char *resolve(const struct list *list, const char *image) {
    size_t folder = image[0] == '/' || is_built_in(image) ? 0 : list->folder;
    size_t length = strlen(image) + 1;
    char *path = malloc(folder + length);
    if (path) {
        memcpy(path, list->path, folder);
        memcpy(path + folder, image, length);
    }
    return path;
}

static rm_status plug_entry(struct sim_service *service, const struct list *list, int index, const char *name,
                            const cJSON *card, uint32_t flags) {
    char reason[512] = "";
    char *image = NULL;
    if (cJSON_IsString(card) && !(image = resolve(list, card->valuestring)))
        return RM_E_NO_MEMORY;
    rm_status status = sim_plug(&service->rm, name, image, flags, reason, sizeof reason);
    free(image);
    if (status == RM_E_DUPLICATE_READER)
        return refuse(list, index, "name", "a reader of this name is in the list already");
    /* The complaint of a card image names the image's own file and line: it is the more useful one. */
    if (status == RM_E_INVALID_PARAMETER && list->message && list->message_size)
        snprintf(list->message, list->message_size, "%s", reason);
    return status;
}

static rm_status read_entry(struct sim_service *service, const struct list *list, int index,
                            const cJSON *entry) {
    static const char *const known[] = {"name", "card", "ejector", NULL};
    if (!cJSON_IsObject(entry))
        return refuse(list, index, "", "a reader is an object");
    const char *stranger = unknown_member(entry, known);
    if (stranger)
        return refuse(list, index, stranger, "no such field; there are name, card and ejector");
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(entry, "name");
    const cJSON *card = cJSON_GetObjectItemCaseSensitive(entry, "card");
    const cJSON *ejector = cJSON_GetObjectItemCaseSensitive(entry, "ejector");
    if (!cJSON_IsString(name) || !*name->valuestring || strlen(name->valuestring) > SIM_READER_NAME_MAX ||
        strcmp(name->valuestring, RM_PNP_NOTIFICATION) == 0)
        return refuse(list, index, "name", "a text of 1 to 127 bytes is needed");
    if (card && !cJSON_IsNull(card) && !(cJSON_IsString(card) && *card->valuestring))
        return refuse(list, index, "card", "demo, gsm, app, the path of an image, or null is needed");
    if (ejector && !cJSON_IsBool(ejector))
        return refuse(list, index, "ejector", "true or false is needed");
    return plug_entry(service, list, index, name->valuestring, card,
                      cJSON_IsTrue(ejector) ? SIM_READER_EJECTOR : 0);
}

static rm_status read_list(struct sim_service *service, const struct list *list, const cJSON *root) {
    static const char *const known[] = {"format", "version", "readers", NULL};
    const cJSON *version = cJSON_GetObjectItemCaseSensitive(root, "version");
    const cJSON *readers = cJSON_GetObjectItemCaseSensitive(root, "readers");
    const char *stranger = unknown_member(root, known);
    if (stranger)
        return refuse(list, -1, stranger, "no such field; there are format, version and readers");
    if (!cJSON_IsNumber(version) || version->valuedouble != 1.0)
        return refuse(list, -1, "version", "1 is the only version");
    if (!cJSON_IsArray(readers))
        return refuse(list, -1, "readers", "an array of readers is needed");
    rm_status status = RM_OK;
    int index = 0;
    const cJSON *entry;
    cJSON_ArrayForEach(entry, readers) {
        if (status == RM_OK)
            status = read_entry(service, list, index++, entry);
    }
    return status;
}

/* The file's bytes with a NUL behind them; NULL: it cannot be read, is too large for a list, or no memory. */
static char *read_file(const char *path, size_t *size) {
    char *text = NULL;
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    text = malloc(FILE_MAX + 1);
    if (text) {
        *size = fread(text, 1, FILE_MAX + 1, file);
        if (*size > FILE_MAX || ferror(file)) {
            free(text);
            text = NULL;
        } else {
            text[*size] = '\0';
        }
    }
    fclose(file);
    return text;
}

static bool is_list(const cJSON *root) {
    const cJSON *format = cJSON_GetObjectItemCaseSensitive(root, "format");
    return cJSON_IsString(format) && strcmp(format->valuestring, LIST_FORMAT) == 0;
}

rm_status sim_setup(struct sim_service *service, const char *spec, char *message, size_t message_size) {
    if (!spec)
        return setup_default(service, message, message_size);
    if (!*spec)
        return RM_OK;
    rm_status status;
    size_t size = 0;
    char *text = read_file(spec, &size);
    cJSON *root = text ? cJSON_ParseWithLength(text, size) : NULL;
    if (is_list(root)) {
        const char *slash = strrchr(spec, '/');
        const struct list list = {spec, text, slash ? (size_t)(slash - spec) + 1 : 0, message, message_size};
        status = read_list(service, &list, root);
    } else {
        /* Whatever else it is, and whatever is wrong with it, the card's own reader of images tells. */
        status = sim_plug(&service->rm, FIRST_READER, spec, 0, message, message_size);
    }
    cJSON_Delete(root);
    free(text);
    return status;
}
