/* The readers a simulator starts with: built-in, from one card image, or from a list in JSON. */
#include "backends/sim/setup.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/sim/sim.h"
#include "base/file.h"
#include "base/wipe.h"
#include "icc/image/json.h"
#include "icc/image/jsonfile.h"
#include "icc/image/textfile.h"

#define LIST_FORMAT "scardssp-readers"
#define LIST_VERSION 1u
#define LIST_MAX (1024u * 1024u) /* bytes of a list of readers */
#define PATH_MAX_BYTES 4095u
#define REASON_ROOM 512
#define FIRST_READER "Simulated Reader 00"

static rm_status setup_default(struct sim_service *service, char *message, size_t message_size) {
    static const char *const images[] = {"demo", "gsm", "app"};
    rm_status status = RM_OK;
    for (unsigned i = 0; i < sizeof images / sizeof images[0] && status == RM_OK; ++i) {
        char name[] = FIRST_READER;
        name[sizeof name - 2] = (char)('0' + i);
        status = sim_plug(&service->rm, name, images[i], 0, message, message_size);
    }
    return status;
}

static bool is_built_in(const char *image) {
    return strcmp(image, "demo") == 0 || strcmp(image, "gsm") == 0 || strcmp(image, "app") == 0;
}

/* An image as sim_plug() takes it: a relative path starts in the folder of the list. NULL: out of memory. */
static char *resolve(const char *list_path, const char *image) {
    size_t folder = file_is_absolute(image) || is_built_in(image) ? 0 : file_folder_size(list_path);
    size_t length = strlen(image) + 1;
    char *path = malloc(folder + length);
    if (path) {
        memcpy(path, list_path, folder);
        memcpy(path + folder, image, length);
    }
    return path;
}

static rm_status plug_entry(struct sim_service *service, struct image_reader *list, const cJSON *entry,
                            const char *name, const char *card, uint32_t flags) {
    char reason[REASON_ROOM] = "";
    char *image = NULL;
    if (card && !(image = resolve(list->file, card)))
        return RM_E_NO_MEMORY;
    rm_status status = sim_plug(&service->rm, name, image, flags, reason, sizeof reason);
    free(image);
    if (status == RM_E_DUPLICATE_READER) {
        image_error(list, image_field(entry, "name"), "is there twice");
        return RM_E_INVALID_PARAMETER;
    }
    /* The complaint names the card image's own file and line: more useful than where it was asked for. */
    if (status == RM_E_INVALID_PARAMETER && list->message && list->message_size)
        snprintf(list->message, list->message_size, "%s", reason);
    return status;
}

static rm_status read_entry(struct sim_service *service, struct image_reader *list, const cJSON *entry) {
    static const char *const fields[] = {"name", "card", "ejector", NULL};
    const char *name = "", *image = NULL;
    bool ejector = false;
    if (!image_fields(list, entry, fields) ||
        !image_text(list, entry, "name", REQUIRED, 1, SIM_READER_NAME_MAX, &name) ||
        !image_flag(list, entry, "ejector", &ejector))
        return RM_E_INVALID_PARAMETER;
    if (strcmp(name, RM_PNP_NOTIFICATION) == 0) {
        image_error(list, image_field(entry, "name"), "is the name of no reader");
        return RM_E_INVALID_PARAMETER;
    }
    if (!cJSON_IsNull(image_field(entry, "card")) &&
        !image_text(list, entry, "card", OPTIONAL, 1, PATH_MAX_BYTES, &image))
        return RM_E_INVALID_PARAMETER;
    return plug_entry(service, list, entry, name, image, ejector ? SIM_READER_EJECTOR : 0);
}

static rm_status read_list(struct sim_service *service, struct image_reader *list) {
    static const char *const fields[] = {"format", "version", "readers", NULL};
    const cJSON *readers = NULL, *entry;
    uint32_t version = 0;
    if (!image_fields(list, list->root, fields) ||
        !image_number(list, list->root, "version", REQUIRED, LIST_VERSION, LIST_VERSION, &version) ||
        !image_array(list, list->root, "readers", &readers))
        return RM_E_INVALID_PARAMETER;
    if (!readers) {
        image_missing(list, list->root, "readers");
        return RM_E_INVALID_PARAMETER;
    }
    cJSON_ArrayForEach(entry, readers) {
        rm_status status = read_entry(service, list, entry);
        if (status != RM_OK)
            return status;
    }
    return RM_OK;
}

static bool is_list(const cJSON *root) {
    const cJSON *format = cJSON_GetObjectItemCaseSensitive(root, "format");
    return cJSON_IsString(format) && strcmp(format->valuestring, LIST_FORMAT) == 0;
}

static rm_status say_no_memory(struct image_reader *list) {
    (void)image_no_memory(list);
    return RM_E_NO_MEMORY;
}

rm_status sim_setup(struct sim_service *service, const char *spec, char *message, size_t message_size) {
    struct image_reader list = {.file = spec, .message = message, .message_size = message_size};
    if (!spec)
        return setup_default(service, message, message_size);
    if (!*spec)
        return RM_OK;
    char *text = NULL;
    cJSON *root = NULL;
    const char *wrong = NULL;
    if (!is_built_in(spec)) {
        const enum textfile_result result = textfile_read(spec, LIST_MAX, &text, &list.size);
        if (result == TEXTFILE_NO_MEMORY)
            return say_no_memory(&list);
        if (result == TEXTFILE_OK && json_parse(text, list.size, &root, &wrong) == JSON_NO_MEMORY) {
            wipe_free(text, list.size);
            return say_no_memory(&list);
        }
    }
    rm_status status;
    const bool listed = is_list(root);
    json_free(root);
    if (listed) {
        /* Again, with all the strictness that a list of ours deserves. */
        list.text = text;
        status = image_parse(&list) ? read_list(service, &list)
                 : list.no_memory   ? RM_E_NO_MEMORY
                                    : RM_E_INVALID_PARAMETER;
        json_free((cJSON *)(uintptr_t)list.root);
    } else {
        /* Whatever else it is, and whatever is wrong with it, the card's own reader of images tells. */
        status = sim_plug(&service->rm, FIRST_READER, spec, 0, message, message_size);
    }
    wipe_free(text, list.size); /* which may be an image's */
    return status;
}
