/*
 * An asymmetric key of a card image, as text in it or in a file beside it. Called by secrets.c.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text/textfile.h"
#include "base/wipe.h"
#include "icc/image/jsonfile.h"
#include "icc/image/pem.h"
#include "icc/keypair/keypair.h"
#include "icc/os.h"

#define PEM_MAX (64u * 1024) /* bytes of a file, and characters of a text */
#define PATH_MAX_BYTES 4095u

static bool refuse(struct image_reader *reader, const struct json *node, enum pem_result why) {
    if (why == PEM_NO_MEMORY)
        return image_no_memory(reader);
    return image_error(reader, node, "%s",
                       why == PEM_ENCRYPTED ? "the key is encrypted" : "there is no private key in it");
}

static bool take(struct image_reader *reader, const struct json *node, const char *text, struct key *key) {
    uint8_t *der = NULL;
    size_t size = 0, room = 0;
    const enum pem_result found = pem_read(text, &der, &size, &room);
    if (found != PEM_OK)
        return refuse(reader, node, found);
    key->pair = sim_keypair_read(der, size);
    wipe_free(der, room);
    return key->pair || image_error(reader, node, "must be RSA of at most 4096 bits, or EC on P-256");
}

/* A relative path starts in the folder of the image. NULL: out of memory. */
static char *resolve(const char *image, const char *name) {
    const size_t folder = file_is_absolute(name) ? 0 : file_folder_size(image);
    const size_t length = strlen(name) + 1;
    char *path = malloc(folder + length);
    if (path) {
        memcpy(path, image, folder);
        memcpy(path + folder, name, length);
    }
    return path;
}

static bool take_file(struct image_reader *reader, const struct json *node, const char *name,
                      struct key *key) {
    char *text = NULL;
    size_t size = 0;
    char *path = resolve(reader->file, name);
    if (!path)
        return image_no_memory(reader);
    const enum textfile_result found = textfile_read(path, PEM_MAX, &text, &size);
    free(path);
    if (found == TEXTFILE_NO_MEMORY)
        return image_no_memory(reader);
    if (found == TEXTFILE_TOO_LARGE)
        return image_error(reader, node, "is larger than 64 KiB");
    if (found != TEXTFILE_OK)
        return image_error(reader, node, "cannot be read");
    const bool taken = take(reader, node, text, key);
    wipe_free(text, size);
    return taken;
}

bool image_private_key(struct image_reader *reader, const struct json *node, struct key *key) {
    static const char *const fields[] = {"pem", "file", NULL};
    const char *text = NULL, *name = NULL;
    const enum command_set_kind commands = reader->card->command_set;
    if (commands != COMMANDS_PIV && commands != COMMANDS_OPENPGP)
        return image_error(reader, node, "wants \"commands\" that are those of \"piv\" or \"openpgp\"");
    if (!image_fields(reader, node, fields) ||
        !image_text(reader, node, "pem", OPTIONAL, 1, PEM_MAX, &text) ||
        !image_text(reader, node, "file", OPTIONAL, 1, PATH_MAX_BYTES, &name))
        return false;
    if (!text == !name)
        return image_error(reader, node, "must have either \"pem\" or \"file\"");
    return text ? take(reader, image_field(node, "pem"), text, key)
                : take_file(reader, image_field(node, "file"), name, key);
}
