/* Abstract names of local sockets: bound by one, and who connects learns of the other end's process. */
#include "backends/ifd/claim.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include "backends/ifd/folder.h"

#define PREFIX "scardssp-ifd/"
#define ID_MAX 80u /* bytes of the rest of the name */

/* The device file that a name begins with, in memory to be freed; NULL: it begins with none. */
static char *device_file(const char *device) {
    return strncmp(device, "/dev/", 5) == 0 ? strndup(device, strcspn(device, ":")) : NULL;
}

/* "/dev/null" stands for no device: what follows it says which reader is meant. */
static bool is_device(const char *path, struct stat *info) {
    struct stat nothing;
    return stat(path, info) == 0 && S_ISCHR(info->st_mode) &&
           (stat("/dev/null", &nothing) != 0 || nothing.st_rdev != info->st_rdev);
}

/* What is claimed: the device itself, or by which name the driver knows it. */
static void identify(const struct ifd_reader_spec *spec, char *id, size_t size) {
    const char *slash = strrchr(spec->driver, '/');
    const char *driver = slash ? slash + 1 : spec->driver;
    struct stat info;
    char *file = spec->device ? device_file(spec->device) : NULL;
    if (file && is_device(file, &info))
        (void)snprintf(id, size, "device %u:%u", major(info.st_rdev), minor(info.st_rdev));
    else if (spec->device && strncmp(spec->device, "usb:", 4) == 0)
        (void)snprintf(id, size, "%s", spec->device);
    else if (spec->device && *spec->device)
        (void)snprintf(id, size, "%s %s", driver, spec->device);
    else
        (void)snprintf(id, size, "%s %lu", driver, spec->channel);
    free(file);
}

/* A name that is too long is its beginning and a number made of all of it. */
static socklen_t make_address(const struct ifd_reader_spec *spec, struct sockaddr_un *address) {
    char id[512];
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    identify(spec, id, sizeof id);
    for (const char *at = id; *at; ++at)
        hash = (hash ^ (uint8_t)*at) * 1099511628211u;
    if (strlen(id) > ID_MAX)
        (void)snprintf(id + ID_MAX - 17, 18, "~%016" PRIx64, hash);
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    (void)snprintf(address->sun_path + 1, sizeof address->sun_path - 1, PREFIX "%s", id);
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(address->sun_path + 1));
}

/* The process at the other end; 0: it does not say. */
static pid_t owner_of(const struct sockaddr_un *address, socklen_t size) {
    struct ucred credentials = {.pid = 0};
    socklen_t length = sizeof credentials;
    const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (probe >= 0 && connect(probe, (const struct sockaddr *)address, size) == 0)
        (void)getsockopt(probe, SOL_SOCKET, SO_PEERCRED, &credentials, &length);
    if (probe >= 0)
        (void)close(probe);
    return credentials.pid;
}

static void complain(const struct ifd_reader_spec *spec, pid_t owner, char *message, size_t size) {
    char folder[40], number[24];
    const char *device = spec->device && *spec->device ? spec->device : number;
    (void)snprintf(number, sizeof number, "channel %lu", spec->channel);
    (void)snprintf(folder, sizeof folder, "/proc/%ld", (long)owner);
    char *name = owner ? ifd_text_read(folder, "comm", NULL) : NULL;
    if (name)
        name[strcspn(name, "\n")] = '\0';
    if (owner == getpid())
        (void)snprintf(message, size, "%s is open in this program already", device);
    else if (owner)
        (void)snprintf(message, size,
                       "%s belongs to process %ld (%s): only one can drive a reader; end that one first",
                       device, (long)owner, name ? name : "?");
    else
        (void)snprintf(message, size, "%s belongs to another process: only one can drive a reader", device);
    free(name);
}

rm_status ifd_claim(const struct ifd_reader_spec *spec, int *claim, char *message, size_t message_size) {
    struct sockaddr_un address;
    const socklen_t size = make_address(spec, &address);
    *claim = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (*claim < 0)
        return RM_OK;
    if (bind(*claim, (const struct sockaddr *)&address, size) == 0 && listen(*claim, SOMAXCONN) == 0)
        return RM_OK;
    const bool in_use = errno == EADDRINUSE;
    (void)close(*claim);
    *claim = -1;
    if (!in_use)
        return RM_OK;
    if (message && message_size)
        complain(spec, owner_of(&address, size), message, message_size);
    return RM_E_READER_UNAVAILABLE;
}
