/* Property lists, as far as drivers' have them: keys with a string, or with an array of strings. */
#include "backends/ifd/bundles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/ifd/folder.h"

#define CLASS_DRIVER "CCIDCLASSDRIVER"

/* The strings of a key, one after the other. */
struct strings {
    const char *at; /* behind the key, or behind the last string; NULL: there is no such key */
    bool array;
};

/* The text with its comments blanked out: in them, drivers show what could be written. */
static void blank_comments(char *text) {
    for (char *start = text; (start = strstr(start, "<!--")) != NULL;) {
        char *end = strstr(start, "-->");
        const size_t length = end ? (size_t)(end - start) + 3 : strlen(start);
        memset(start, ' ', length);
        start += length;
    }
}

static const char *skip_blank(const char *text) {
    return text + strspn(text, " \t\r\n");
}

static struct strings find_key(const char *text, const char *key) {
    char tag[80];
    struct strings strings = {.at = NULL};
    (void)snprintf(tag, sizeof tag, "<key>%s</key>", key);
    const char *found = strstr(text, tag);
    if (!found)
        return strings;
    strings.at = skip_blank(found + strlen(tag));
    strings.array = strncmp(strings.at, "<array>", 7) == 0;
    if (strings.array)
        strings.at += 7;
    return strings;
}

/* Copies a string, with its five entities. */
static char *unescape(const char *text, size_t length) {
    static const struct {
        const char *name;
        char character;
    } entities[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
    char *out = malloc(length + 1);
    size_t used = 0;
    for (size_t i = 0; out && i < length; ++i) {
        out[used] = text[i];
        for (size_t e = 0; text[i] == '&' && e < sizeof entities / sizeof entities[0]; ++e) {
            const size_t size = strlen(entities[e].name);
            if (size <= length - i && strncmp(text + i, entities[e].name, size) == 0) {
                out[used] = entities[e].character;
                i += size - 1;
                break;
            }
        }
        ++used;
    }
    if (out)
        out[used] = '\0';
    return out;
}

/* The next string, to be freed; NULL: no more. */
static char *next_string(struct strings *strings) {
    if (!strings->at)
        return NULL;
    const char *start = skip_blank(strings->at);
    const char *end = strncmp(start, "<string>", 8) == 0 ? strstr(start, "</string>") : NULL;
    strings->at = end && strings->array ? end + strlen("</string>") : NULL;
    return end ? unescape(start + 8, (size_t)(end - start) - 8) : NULL;
}

static bool add(struct ifd_bundles *bundles, const struct ifd_bundle_device *device) {
    struct ifd_bundle_device *more = bundles->devices;
    if (bundles->count % 64 == 0)
        more = realloc(bundles->devices, (bundles->count + 64) * sizeof *more);
    if (!more)
        return false;
    bundles->devices = more;
    more[bundles->count++] = *device;
    return true;
}

/* A number of four hexadecimal digits, with 0x or without. */
static bool read_number(const char *text, uint16_t *out) {
    char *end = NULL;
    const unsigned long number = strtoul(text, &end, 16);
    *out = (uint16_t)number;
    return end != text && !*end && number <= UINT16_MAX;
}

/* The devices: the nth vendor, product and name belong together. false: out of memory. */
static bool add_devices(struct ifd_bundles *bundles, const char *text, const char *driver) {
    struct strings vendors = find_key(text, "ifdVendorID"), products = find_key(text, "ifdProductID");
    struct strings names = find_key(text, "ifdFriendlyName"), title = find_key(text, "CFBundleName");
    char *bundle = next_string(&title);
    const bool by_class = bundle && strcmp(bundle, CLASS_DRIVER) == 0;
    bool fine = true, more = true;
    free(bundle);
    while (fine && more) {
        char *vendor = next_string(&vendors), *product = next_string(&products), *name = next_string(&names);
        struct ifd_bundle_device device = {.by_class = by_class, .name = name};
        more = vendor && product && name;
        if (more && read_number(vendor, &device.vendor) && read_number(product, &device.product)) {
            device.driver = strdup(driver);
            fine = device.driver && add(bundles, &device);
            name = fine ? NULL : name;
            if (!fine)
                free(device.driver);
        }
        free(vendor);
        free(product);
        free(name);
    }
    return fine;
}

static bool read_bundle(struct ifd_bundles *bundles, const char *folder, const char *name) {
    char *contents = NULL, *driver = NULL, *executable = NULL;
    bool fine = asprintf(&contents, "%s/%s/Contents", folder, name) >= 0;
    char *text = fine ? ifd_text_read(contents, "Info.plist", NULL) : NULL;
    if (text) {
        blank_comments(text);
        struct strings key = find_key(text, "CFBundleExecutable");
        executable = next_string(&key);
    }
    if (executable && !strchr(executable, '/')) {
        fine = asprintf(&driver, "%s/Linux/%s", contents, executable) >= 0;
        fine = fine && add_devices(bundles, text, driver);
    }
    free(driver);
    free(executable);
    free(text);
    free(contents);
    return fine;
}

bool ifd_bundles_read(struct ifd_bundles *bundles, const char *folder) {
    static const char suffix[] = ".bundle";
    char **names = ifd_folder_read(folder);
    bool fine = names != NULL;
    for (char **name = names; fine && *name; ++name) {
        const size_t length = strlen(*name);
        if (length > sizeof suffix - 1 && strcmp(*name + length - (sizeof suffix - 1), suffix) == 0)
            fine = read_bundle(bundles, folder, *name);
    }
    ifd_folder_free(names);
    return fine;
}

const struct ifd_bundle_device *ifd_bundles_find(const struct ifd_bundles *bundles, uint16_t vendor,
                                                 uint16_t product) {
    const struct ifd_bundle_device *found = NULL;
    for (size_t i = 0; i < bundles->count; ++i) {
        const struct ifd_bundle_device *device = &bundles->devices[i];
        if (device->vendor == vendor && device->product == product && (!found || found->by_class))
            found = device;
    }
    return found;
}

void ifd_bundles_clear(struct ifd_bundles *bundles) {
    for (size_t i = 0; i < bundles->count; ++i) {
        free(bundles->devices[i].name);
        free(bundles->devices[i].driver);
    }
    free(bundles->devices);
    *bundles = (struct ifd_bundles){.devices = NULL};
}
