/* The readers a simulator starts with: built-in, from one card image, or from a list in JSON. */
#include "backends/sim/setup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/sim/pad.h"
#include "backends/sim/sim.h"
#include "base/file.h"
#include "icc/card.h"
#include "icc/image/builtin.h"
#include "icc/image/image.h"
#include "icc/image/jsonfile.h"
#include "slots/service.h"

#define LIST_FORMAT "scardssp-readers"
#define LIST_VERSION 1u
#define LIST_MAX (1024u * 1024u) /* bytes of a list of readers */
#define PATH_MAX_BYTES 4095u
#define REASON_ROOM 512
#define READER_NAME "Simulated Reader %02u"
#define DEFAULT_READERS 3u
#define FIRST_READER "Simulated Reader 00"

/* Programs count on three readers where nothing else is said: no later image adds one. */
static rm_status setup_default(struct slots_service *service, char *message, size_t message_size) {
    rm_status status = RM_OK;
    for (unsigned i = 0; i < DEFAULT_READERS && sim_builtin_images[i].name && status == RM_OK; ++i) {
        char name[sizeof FIRST_READER + 8];
        (void)snprintf(name, sizeof name, READER_NAME, i);
        status = sim_plug(&service->base, name, sim_builtin_images[i].name, 0, message, message_size);
    }
    return status;
}

/* An image as sim_plug() takes it: a relative path starts in the folder of the list. NULL: out of memory. */
static char *resolve(const char *list_path, const char *image) {
    size_t folder = file_is_absolute(image) || sim_image_is_builtin(image) ? 0 : file_folder_size(list_path);
    size_t length = strlen(image) + 1;
    char *path = malloc(folder + length);
    if (path) {
        memcpy(path, list_path, folder);
        memcpy(path + folder, image, length);
    }
    return path;
}

/* "pinpad": what is typed there. */
struct entry_pad {
    bool there;
    const char *pin, *next;
};

static bool read_pad(struct image_reader *list, const struct json *entry, struct entry_pad *out) {
    static const char *const fields[] = {"pin", "new", NULL};
    const struct json *pad = image_field(entry, "pinpad");
    *out = (struct entry_pad){.there = pad != NULL, .pin = "", .next = ""};
    return !pad || (image_fields(list, pad, fields) &&
                    image_text(list, pad, "pin", OPTIONAL, 0, SIM_PAD_PIN_MAX, &out->pin) &&
                    image_text(list, pad, "new", OPTIONAL, 0, SIM_PAD_PIN_MAX, &out->next));
}

static rm_status plug_entry(struct slots_service *service, struct image_reader *list,
                            const struct json *entry, const char *name, const char *card, uint32_t flags,
                            const struct entry_pad *pad) {
    char reason[REASON_ROOM] = "";
    char *image = NULL;
    if (card && !(image = resolve(list->file, card)))
        return RM_E_NO_MEMORY;
    rm_status status =
        sim_plug(&service->base, name, pad->there ? NULL : image, flags, reason, sizeof reason);
    if (status == RM_OK && pad->there)
        status = sim_give_pad(&service->base, name, pad->pin, pad->next);
    if (status == RM_OK && pad->there && image)
        status = sim_insert(&service->base, name, image, reason, sizeof reason);
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

static rm_status read_entry(struct slots_service *service, struct image_reader *list,
                            const struct json *entry) {
    static const char *const fields[] = {"name", "card", "ejector", "pinpad", NULL};
    const char *name = "", *image = NULL;
    bool ejector = false;
    struct entry_pad pad;
    if (!image_fields(list, entry, fields) ||
        !image_text(list, entry, "name", REQUIRED, 1, SLOTS_READER_NAME_MAX, &name) ||
        !image_flag(list, entry, "ejector", &ejector) || !read_pad(list, entry, &pad))
        return RM_E_INVALID_PARAMETER;
    if (strcmp(name, RM_PNP_NOTIFICATION) == 0) {
        image_error(list, image_field(entry, "name"), "is the name of no reader");
        return RM_E_INVALID_PARAMETER;
    }
    if (!json_is(image_field(entry, "card"), JSON_NULL) &&
        !image_text(list, entry, "card", OPTIONAL, 1, PATH_MAX_BYTES, &image))
        return RM_E_INVALID_PARAMETER;
    return plug_entry(service, list, entry, name, image, ejector ? SLOTS_READER_EJECTOR : 0, &pad);
}

static rm_status read_list(struct slots_service *service, struct image_reader *list) {
    static const char *const fields[] = {"format", "version", "readers", NULL};
    const struct json *readers = NULL, *entry;
    uint32_t version = 0;
    if (!image_fields(list, list->root, fields) ||
        !image_number(list, list->root, "version", REQUIRED, LIST_VERSION, LIST_VERSION, &version) ||
        !image_array(list, list->root, "readers", &readers))
        return RM_E_INVALID_PARAMETER;
    if (!readers) {
        image_missing(list, list->root, "readers");
        return RM_E_INVALID_PARAMETER;
    }
    JSON_EACH(entry, readers) {
        rm_status status = read_entry(service, list, entry);
        if (status != RM_OK)
            return status;
    }
    return RM_OK;
}

static bool is_list(const struct image_reader *image) {
    const struct json *format = json_member(image->root, "format");
    return image->size <= LIST_MAX && json_is(format, JSON_STRING) && strcmp(format->text, LIST_FORMAT) == 0;
}

static rm_status fault_of(const struct image_reader *image) {
    return image->no_memory ? RM_E_NO_MEMORY : RM_E_INVALID_PARAMETER;
}

/* Whatever else the file is, and whatever is wrong with it, the card's own reader of images tells. */
static rm_status plug_image(struct slots_service *service, struct image_reader *image) {
    struct sim_card *card = sim_card_create_from(image);
    return card ? sim_plug_card(&service->base, FIRST_READER, card, 0) : fault_of(image);
}

static rm_status setup(struct slots_service *service, const char *spec, char *message, size_t message_size) {
    struct image_reader image = {.file = spec, .message = message, .message_size = message_size};
    if (!spec)
        return setup_default(service, message, message_size);
    if (!*spec)
        return RM_OK;
    rm_status status;
    if (!sim_image_open(&image))
        status = fault_of(&image);
    else if (is_list(&image))
        status = read_list(service, &image);
    else
        status = plug_image(service, &image);
    sim_image_close(&image); /* which may hold secrets */
    return status;
}

rm_status sim_service_create(const char *spec, struct rm_service **out, char *message, size_t message_size) {
    struct slots_service *service = slots_service_new("sim");
    if (!service)
        return RM_E_NO_MEMORY;
    rm_status status = setup(service, spec, message, message_size);
    if (status == RM_OK)
        *out = &service->base;
    else
        rm_service_release(&service->base);
    return status;
}
