/* A cache of the loader's with the library of the build in it, and programs that ask it: see installed.h. */
#include "installed.h"

#include <elf.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define CACHE "/etc/ld.so.cache"
#define DT_NOTHING 0x6000000D /* DT_LOOS: one that the loader passes over */

static bool write_configuration(const char *path, const char *folder) {
    FILE *file = fopen(path, "we");
    const bool good = file && fprintf(file, "include /etc/ld.so.conf\n%s\n", folder) > 0;
    return file && fclose(file) == 0 && good;
}

/* Makes the cache as an installation does, elsewhere. */
static bool make_cache(const char *place, const char *folder) {
    char command[256], path[128];
    (void)snprintf(path, sizeof path, "%s/conf", place);
    (void)snprintf(command, sizeof command, "PATH=$PATH:/sbin ldconfig -X -f '%s/conf' -C '%s/cache'", place,
                   place);
    return write_configuration(path, folder) && system(command) == 0;
}

bool installed_begin(struct installed *installed, const char *library) {
    char folder[PATH_MAX], cache[128];
    (void)snprintf(folder, sizeof folder, "%s", library);
    char *slash = strrchr(folder, '/');
    strcpy(installed->folder, "/tmp/scardssp-bench-XXXXXX");
    if (slash && mkdtemp(installed->folder)) {
        *slash = '\0';
        (void)snprintf(cache, sizeof cache, "%s/cache", installed->folder);
        if (make_cache(installed->folder, folder) && mount(cache, CACHE, NULL, MS_BIND, NULL) == 0)
            return true;
        installed_end(installed);
    }
    *installed->folder = '\0';
    return false;
}

/* Takes the folder of the library out of a program, as an installation does. */
static bool drop_folder(uint8_t *file, size_t size) {
    Elf64_Ehdr head;
    if (size < sizeof head)
        return false;
    memcpy(&head, file, sizeof head);
    if (memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 || head.e_ident[EI_CLASS] != ELFCLASS64)
        return false;
    for (unsigned i = 0; i < head.e_phnum; i++) {
        Elf64_Phdr part;
        if (head.e_phoff + (i + 1) * sizeof part > size)
            return false;
        memcpy(&part, file + head.e_phoff + i * sizeof part, sizeof part);
        if (part.p_type != PT_DYNAMIC || part.p_offset + part.p_filesz > size)
            continue;
        for (uint64_t at = part.p_offset; at < part.p_offset + part.p_filesz; at += sizeof(Elf64_Dyn)) {
            Elf64_Dyn entry;
            memcpy(&entry, file + at, sizeof entry);
            if (entry.d_tag == DT_RUNPATH || entry.d_tag == DT_RPATH)
                entry.d_tag = DT_NOTHING;
            memcpy(file + at, &entry, sizeof entry);
        }
    }
    return true;
}

static bool copy(const char *from, const char *to) {
    FILE *in = fopen(from, "re"), *out = fopen(to, "we");
    struct stat about;
    uint8_t *all = in && fstat(fileno(in), &about) == 0 ? malloc((size_t)about.st_size) : NULL;
    bool good = out && all && fread(all, 1, (size_t)about.st_size, in) == (size_t)about.st_size &&
                drop_folder(all, (size_t)about.st_size) &&
                fwrite(all, 1, (size_t)about.st_size, out) == (size_t)about.st_size &&
                fchmod(fileno(out), 0755) == 0;
    good = out && fclose(out) == 0 && good;
    if (in)
        (void)fclose(in);
    free(all);
    return good;
}

const char *installed_path(const struct installed *installed, const char *program, char *out, unsigned room) {
    const char *slash = strrchr(program, '/');
    const int length = snprintf(out, room, "%s/%s", installed->folder, slash ? slash + 1 : program);
    if (!*installed->folder || length < 0 || (unsigned)length >= room || !copy(program, out))
        (void)snprintf(out, room, "%s", program);
    return out;
}

void installed_end(struct installed *installed) {
    char command[128];
    if (!*installed->folder)
        return;
    (void)snprintf(command, sizeof command, "rm -rf '%s'", installed->folder);
    if (system(command) != 0)
        (void)fprintf(stderr, "bench: %s is left behind\n", installed->folder);
    *installed->folder = '\0';
}
