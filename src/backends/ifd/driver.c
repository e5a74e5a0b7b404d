/*
 * Loading drivers. RTLD_DEEPBIND: drivers export names as common as `lock`, and are to use their own. (The
 * sanitizers refuse that flag; their builds do without.) A private copy is loaded from memory: the loader
 * gives one file once, whoever asks.
 */
#include "backends/ifd/driver.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backends/ifd/host.h"
#include "backends/ifd/line.h"
#include "base/lock.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define BINDING 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define BINDING 0
#endif
#endif
#ifndef BINDING
#define BINDING RTLD_DEEPBIND
#endif

#define FILE_MAX (64u * 1024u * 1024u)

static struct lock mutex;
static struct ifd_driver *drivers; /* all that are loaded */

#define SYMBOL(member, name)                                                                                 \
    { name, offsetof(struct ifd_calls, member) }
static const struct {
    const char *name;
    size_t offset;
} symbols[] = {
    SYMBOL(create_by_name, "IFDHCreateChannelByName"),
    SYMBOL(create, "IFDHCreateChannel"),
    SYMBOL(close, "IFDHCloseChannel"),
    SYMBOL(get, "IFDHGetCapabilities"),
    SYMBOL(protocol, "IFDHSetProtocolParameters"),
    SYMBOL(power, "IFDHPowerICC"),
    SYMBOL(transmit, "IFDHTransmitToICC"),
    SYMBOL(control, "IFDHControl"),
    SYMBOL(presence, "IFDHICCPresence"),
};

/* The functions of what has been loaded. RM_E_INVALID_PARAMETER with a message. */
static rm_status find_calls(struct ifd_driver *driver, char *message, size_t size) {
    for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; ++i) {
        void *function = dlsym(driver->handle, symbols[i].name);
        if (!function) {
            const bool old = i == 0 && dlsym(driver->handle, "IFDHCreateChannel");
            if (message)
                (void)snprintf(message, size,
                               old ? "%s: a reader driver of version 2 (it has no %s); only version 3 is "
                                     "understood: get a newer driver, or use pcscd"
                                   : "%s: no reader driver, or not a whole one: it has no %s",
                               driver->path, symbols[i].name);
            return RM_E_INVALID_PARAMETER;
        }
        memcpy((char *)&driver->calls + symbols[i].offset, &function, sizeof function);
    }
    return RM_OK;
}

/* A copy of the file in memory; -1. */
static int copy_file(const char *path) {
    struct stat info;
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    int copy = -1;
    if (file >= 0 && fstat(file, &info) == 0 && info.st_size > 0 && info.st_size <= (off_t)FILE_MAX) {
        void *bytes = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, file, 0);
        if (bytes != MAP_FAILED) {
            copy = ifd_host_file("scardssp-ifd-driver", bytes, (size_t)info.st_size);
            (void)munmap(bytes, (size_t)info.st_size);
        }
    }
    if (file >= 0)
        (void)close(file);
    return copy;
}

/* The file itself, unless somebody in this process has loaded it: then a copy. */
static void *load(struct ifd_driver *driver) {
    char copied[IFD_HOST_PATH_MAX];
    void *loaded = dlopen(driver->path, RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD);
    if (!loaded)
        return dlopen(driver->path, RTLD_NOW | RTLD_LOCAL | BINDING);
    (void)dlclose(loaded);
    driver->file = copy_file(driver->path);
    if (driver->file < 0)
        return NULL;
    ifd_host_path(driver->file, copied);
    return dlopen(copied, RTLD_NOW | RTLD_LOCAL | BINDING);
}

static void unload(struct ifd_driver *driver) {
    if (driver->handle)
        (void)dlclose(driver->handle);
    if (driver->file >= 0)
        (void)close(driver->file);
    free(driver->path);
    free(driver);
}

static rm_status open_driver(const char *path, struct ifd_driver **out, char *message, size_t size) {
    struct ifd_driver *driver = calloc(1, sizeof *driver);
    if (!driver)
        return RM_E_NO_MEMORY;
    driver->file = -1;
    driver->readers_max = 1;
    driver->path = strdup(path);
    rm_status status = driver->path ? RM_OK : RM_E_NO_MEMORY;
    if (status == RM_OK && !(driver->handle = load(driver))) {
        const char *why = dlerror();
        if (message)
            (void)snprintf(message, size, "the reader driver cannot be loaded: %s",
                           why ? why : "no copy of it can be made");
        status = RM_E_INVALID_PARAMETER;
    }
    if (status == RM_OK)
        status = find_calls(driver, message, size);
    if (status == RM_OK)
        *out = driver;
    else
        unload(driver);
    return status;
}

/* The lowest number that is free; readers_max: none is. */
static unsigned free_number(const struct ifd_driver *driver) {
    unsigned number = 0;
    while (number < driver->readers_max && driver->readers & 1u << number)
        ++number;
    return number;
}

static rm_status take(const char *path, struct ifd_driver **out, char *message, size_t size) {
    for (struct ifd_driver *at = drivers; at; at = at->next)
        if (strcmp(at->path, path) == 0 && free_number(at) < at->readers_max) {
            *out = at;
            return RM_OK;
        }
    const rm_status status = open_driver(path, out, message, size);
    if (status == RM_OK) {
        (*out)->next = drivers;
        drivers = *out;
    }
    return status;
}

rm_status ifd_driver_take(const char *path, struct ifd_driver **out, uint32_t *number, char *message,
                          size_t message_size) {
    if (!ifd_host_ready(message, message_size))
        return RM_E_INVALID_PARAMETER;
    (void)lock_take(&mutex);
    const rm_status status = take(path, out, message, message_size);
    if (status == RM_OK) {
        *number = free_number(*out);
        (*out)->readers |= 1u << *number;
    }
    lock_give(&mutex);
    return status;
}

void ifd_driver_serves(struct ifd_driver *driver, unsigned readers_max, struct ifd_line *line) {
    (void)lock_take(&mutex);
    if (line)
        driver->line = ifd_line_hold(line);
    driver->readers_max = readers_max > IFD_DRIVER_READERS_MAX ? IFD_DRIVER_READERS_MAX : readers_max;
    lock_give(&mutex);
}

void ifd_driver_give(struct ifd_driver *driver, unsigned number, bool stuck) {
    if (stuck)
        return;
    (void)lock_take(&mutex);
    driver->readers &= ~(1u << number);
    struct ifd_driver **at = &drivers;
    while (!driver->readers && *at && *at != driver)
        at = &(*at)->next;
    const bool last = !driver->readers;
    if (last)
        *at = driver->next;
    lock_give(&mutex);
    if (last) {
        ifd_line_drop(driver->line);
        unload(driver);
    }
}
