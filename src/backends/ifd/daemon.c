/* Looking for pcscd, and into what it was started with. */
#include "backends/ifd/daemon.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "backends/ifd/folder.h"
#include "backends/ifd/places.h"
#include "backends/ifd/readerconf.h"

#define DAEMON "pcscd\n"

/* The configuration that a command line names (-c X, --config X, --config=X), or the usual one. */
static const char *configuration_of(const char *line, size_t size) {
    for (const char *at = line; at < line + size; at += strlen(at) + 1) {
        const char *next = at + strlen(at) + 1;
        if (strncmp(at, "--config=", 9) == 0)
            return at + 9;
        if ((strcmp(at, "-c") == 0 || strcmp(at, "--config") == 0) && next < line + size)
            return next;
    }
    return ifd_places_system.configuration;
}

static bool is_same_file(const char *one, const char *other) {
    struct stat a, b;
    if (strcmp(one, other) == 0)
        return true;
    return stat(one, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static bool is_same_reader(const struct ifd_reader_spec *one, const struct ifd_reader_spec *other) {
    const char *device = one->device ? one->device : "";
    if (strcmp(device, other->device ? other->device : "") != 0 ||
        (!*device && one->channel != other->channel))
        return false;
    return is_same_file(one->driver, other->driver);
}

/* Whether a configuration has the reader. One that cannot be read has not. */
static bool has_reader(const char *path, const struct ifd_reader_spec *spec) {
    struct ifd_conf conf = {.entries = NULL};
    bool found = false;
    (void)ifd_conf_read(&conf, path);
    for (size_t i = 0; i < conf.count && !found; ++i) {
        const struct ifd_reader_spec entry = ifd_conf_spec(&conf.entries[i]);
        found = is_same_reader(spec, &entry);
    }
    ifd_conf_clear(&conf);
    return found;
}

/* Whether the process is a pcscd that has the reader. */
static bool looks_so(const char *folder, const struct ifd_reader_spec *spec, char *message,
                     size_t message_size) {
    size_t size = 0;
    char *name = ifd_text_read(folder, "comm", NULL);
    char *line = name && strcmp(name, DAEMON) == 0 ? ifd_text_read(folder, "cmdline", &size) : NULL;
    const char *configuration = line ? configuration_of(line, size) : NULL;
    const bool found = configuration && has_reader(configuration, spec);
    if (found && message)
        (void)snprintf(
            message, message_size,
            "the PC/SC service (pcscd, process %s) has this reader by %s: stop it, or take the reader out "
            "of its configuration; or use the service (SCARDSSP_RM=system)",
            strrchr(folder, '/') + 1, configuration);
    free(line);
    free(name);
    return found;
}

bool ifd_daemon_has(const struct ifd_reader_spec *spec, const char *processes, char *message,
                    size_t message_size) {
    char **names = ifd_folder_read(processes);
    bool found = false;
    for (char **name = names; name && *name && !found; ++name) {
        char *folder = **name >= '1' && **name <= '9' ? ifd_path_join(processes, *name) : NULL;
        found = folder && looks_so(folder, spec, message, message_size);
        free(folder);
    }
    ifd_folder_free(names);
    return found;
}
