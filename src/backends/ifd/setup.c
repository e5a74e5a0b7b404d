/* The readers a service of drivers starts with. */
#include "backends/ifd/setup.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "backends/ifd/auto.h"
#include "backends/ifd/ports.h"
#include "backends/ifd/readers.h"
#include "base/container.h"
#include "base/fork.h"
#include "slots/service.h"

/* What a specification says, in memory of its own. */
struct wish {
    char *path;
    struct ifd_reader_spec reader;
};

static bool is_file(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

/* The shortest part before a colon that is a file, else the whole: names of files may have colons. */
static char *driver_of(const char *spec) {
    for (const char *colon = strchr(spec, ':'); colon; colon = strchr(colon + 1, ':')) {
        char *path = strndup(spec, (size_t)(colon - spec));
        if (!path || is_file(path))
            return path;
        free(path);
    }
    return strdup(spec);
}

/* "12" and "0x8C7B" are channels, anything else is a device. */
static void set_device(struct ifd_reader_spec *reader, const char *text) {
    char *end = NULL;
    const bool digit = *text >= '0' && *text <= '9';
    const unsigned long number = digit ? strtoul(text, &end, 0) : 0;
    if (digit && !*end && number <= UINT_MAX)
        reader->channel = number;
    else
        reader->device = text;
}

static rm_status read_spec(const char *spec, struct wish *wish, char *message, size_t size) {
    if (!spec || !*spec) {
        (void)snprintf(
            message, message ? size : 0,
            "ifd needs the path of a reader driver (ifd:/usr/lib/pcsc/drivers/serial/NAME.so:DEVICE), or "
            "ifd:auto for the readers that this machine is configured for");
        return RM_E_INVALID_PARAMETER;
    }
    wish->path = driver_of(spec);
    if (!wish->path)
        return RM_E_NO_MEMORY;
    const char *rest = spec + strlen(wish->path);
    wish->reader.driver = wish->path;
    if (*rest == ':')
        set_device(&wish->reader, rest + 1);
    return RM_OK;
}

/* "/.../libifdvpcd.so.0.8" is "ifdvpcd". */
static void name_after(const char *path, char *name, size_t size) {
    const char *slash = strrchr(path, '/');
    const char *start = slash ? slash + 1 : path;
    if (strncmp(start, "lib", 3) == 0 && start[3] && start[3] != '.')
        start += 3;
    (void)snprintf(name, size, "%.*s", (int)strcspn(start, "."), start);
}

static rm_status setup(struct slots_service *service, const char *spec, char *message, size_t size) {
    struct wish wish = {.path = NULL};
    struct ifd_channel *channel = NULL;
    char name[IFD_NAME_MAX + 1] = "";
    rm_status status = read_spec(spec, &wish, message, size);
    if (status == RM_OK) {
        name_after(wish.path, name, sizeof name);
        status = ifd_readers_plug(service, name, &wish.reader, &channel, message, size);
    }
    if (status == RM_OK)
        ifd_channel_drop(channel);
    free(wish.path);
    return status;
}

/* What the backend knows of the service. */
struct ifd_service {
    struct fork_part fork;
    struct slots_service *slots;
    struct ifd_hotplug *hotplug; /* NULL: none */
};

/* The drivers' threads, and what the drivers have open, are the parent's: so are the readers. */
static void after_fork(struct fork_part *part, bool child) {
    struct slots_service *service = CONTAINER_OF(part, struct ifd_service, fork)->slots;
    for (struct slots_reader *reader = child ? service->readers : NULL; reader; reader = reader->next) {
        (void)lock_take(&reader->mutex);
        slots_reader_unplug(reader);
        lock_give(&reader->mutex);
        ifd_port_disown(reader->owner);
    }
}

static void end_service(void *owner) {
    struct ifd_service *ifd = owner;
    ifd_hotplug_stop(ifd->hotplug);
    ifd_ports_stop(ifd->slots);
    fork_leave(&ifd->fork);
    free(ifd);
}

/* An empty service. NULL: out of memory. */
static struct slots_service *make_service(void) {
    struct ifd_service *ifd = calloc(1, sizeof *ifd);
    struct slots_service *service = ifd ? slots_service_new("ifd") : NULL;
    if (!service) {
        free(ifd);
        return NULL;
    }
    ifd->slots = service;
    ifd->fork.after = after_fork;
    service->owner = ifd;
    service->release_owner = end_service;
    fork_join(&ifd->fork);
    return service;
}

rm_status ifd_service_create(const char *spec, struct rm_service **out, char *message, size_t message_size) {
    struct slots_service *service = make_service();
    if (!service)
        return RM_E_NO_MEMORY;
    struct ifd_service *ifd = service->owner;
    const bool all = spec && strcmp(spec, "auto") == 0;
    const rm_status status =
        all ? ifd_auto_start(service, &ifd_places_system, &ifd->hotplug, message, message_size)
            : setup(service, spec, message, message_size);
    if (status == RM_OK)
        *out = &service->base;
    else
        rm_service_release(&service->base);
    return status;
}
