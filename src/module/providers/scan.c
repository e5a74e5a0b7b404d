/* Finds .provider files, and says of each whether it is good. Called by providers.c. */
#include "module/providers/scan.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/env.h"
#include "base/file.h"
#include "module/classes.h"
#include "module/providers/trust.h"
#include "services/profile.h"

#define FOLDER "/scardssp/providers.d"
#define ENDING ".provider"
/* Times of files advance in steps of a few ms; twice in one step looks like once. */
#define FRESH_MS 100

/* Directories */

static struct providerscan_mark mark_of(const char *path) {
    struct stat found;
    if (stat(path, &found) != 0)
        return (struct providerscan_mark){0};
    return (struct providerscan_mark){.there = true,
                                      .device = found.st_dev,
                                      .inode = found.st_ino,
                                      .modified = found.st_mtim,
                                      .changed = found.st_ctim};
}

/* Appends `front` (size bytes) with `back` behind it. */
static bool append(struct providerscan_directories *list, const char *front, size_t size, const char *back) {
    if (list->count == PROVIDERSCAN_DIRECTORIES_MAX)
        return true;
    char *path = malloc(size + strlen(back) + 1);
    if (!path)
        return false;
    memcpy(path, front, size);
    strcpy(path + size, back);
    list->marks[list->count] = mark_of(path);
    list->paths[list->count++] = path;
    return true;
}

static bool append_listed(struct providerscan_directories *list, const char *paths) {
    for (bool more = true; more;) {
        const size_t size = strcspn(paths, ":");
        more = paths[size] == ':';
        if (size && !append(list, paths, size, ""))
            return false;
        paths += size + 1;
    }
    return true;
}

/* env_get() tells a program with more rights than its caller nothing: it gets no directory of a user. */
static bool append_user(struct providerscan_directories *list) {
    const char *data = env_get("XDG_DATA_HOME");
    const char *home = env_get("HOME");
    if (data && *data == '/') /* XDG asks to ignore relative ones */
        return append(list, data, strlen(data), FOLDER);
    return !home || *home != '/' || append(list, home, strlen(home), "/.local/share" FOLDER);
}

bool providerscan_directories(struct providerscan_directories *out) {
    *out = (struct providerscan_directories){0};
    const char *listed = env_get("SCARDSSP_PROVIDER_PATH");
    const bool good =
        listed ? append_listed(out, listed)
               : append(out, "/usr/share", 10, FOLDER) && append(out, "/etc", 4, FOLDER) && append_user(out);
    if (!good)
        providerscan_directories_free(out);
    return good;
}

void providerscan_directories_free(struct providerscan_directories *directories) {
    for (size_t i = 0; i < directories->count; ++i)
        free(directories->paths[i]);
    directories->count = 0;
}

static bool same_time(const struct timespec *a, const struct timespec *b) {
    return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool same_mark(const struct providerscan_mark *a, const struct providerscan_mark *b) {
    return a->there == b->there && a->device == b->device && a->inode == b->inode &&
           same_time(&a->modified, &b->modified) && same_time(&a->changed, &b->changed);
}

bool providerscan_same(const struct providerscan_directories *a, const struct providerscan_directories *b) {
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; ++i)
        if (strcmp(a->paths[i], b->paths[i]) != 0 || !same_mark(&a->marks[i], &b->marks[i]))
            return false;
    return true;
}

static bool changed_just_now(const struct providerscan_directories *directories) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    for (size_t i = 0; i < directories->count; ++i) {
        const struct timespec *then = &directories->marks[i].modified;
        const long long ms =
            ((long long)now.tv_sec - then->tv_sec) * 1000 + (now.tv_nsec - then->tv_nsec) / 1000000;
        if (directories->marks[i].there && ms > -FRESH_MS && ms < FRESH_MS)
            return true;
    }
    return false;
}

/* Files */

/* A new entry. NULL: out of memory. */
static struct provider_entry *add(struct provider_set *set, const char *source) {
    struct provider_entry *entries = realloc(set->entries, (set->count + 1) * sizeof *entries);
    if (!entries)
        return NULL;
    set->entries = entries;
    struct provider_entry *entry = &entries[set->count];
    *entry = (struct provider_entry){.source = strdup(source)};
    if (!entry->source)
        return NULL;
    ++set->count;
    return entry;
}

static bool add_refused(struct provider_set *set, const char *source, const char *why) {
    struct provider_entry *entry = add(set, source);
    return entry && (entry->why = strdup(why)) != NULL;
}

/* Names of this library always mean its own classes. Returns what is wrong, or NULL. */
static const char *check_names(const struct providerfile *file) {
    wchar_t progid[PROVIDERFILE_PROGID_SIZE]; /* ASCII */
    size_t size = 0;
    if (*file->profile)
        return profile_is_own(file->profile)
                   ? "profile is the name of one of this library, which always comes first"
                   : NULL;
    if (classes_by_clsid(&file->clsid))
        return "clsid is that of a class of this library, which always comes first";
    for (; file->progid[size]; ++size)
        progid[size] = (wchar_t)file->progid[size];
    progid[size] = 0;
    return classes_by_progid(progid) ? "progid is that of a class of this library, which always comes first"
                                     : NULL;
}

/* Why the opened file is not good, in `why`; empty: it is. False: out of memory. */
static bool read_file(const char *path, int fd, struct providerfile *out,
                      struct providertrust_result *trust) {
    char text[PROVIDERFILE_SIZE_MAX + 1];
    struct providerfile_fault fault = {.text = NULL};
    char *why = trust->why;
    size_t size = 0; /* one byte more than there may be is asked for */
    *why = '\0';
    if (!file_read_at(fd, text, sizeof text, 0, &size)) {
        trust->passing = providertrust_passing(errno);
        (void)snprintf(why, sizeof trust->why, "%s: %s", path, strerror(errno));
        return true;
    }
    if (!providerfile_parse(text, size, out, &fault)) {
        if (fault.line)
            (void)snprintf(why, sizeof trust->why, "%s:%u: %s", path, fault.line, fault.text);
        else
            (void)snprintf(why, sizeof trust->why, "%s: %s", path, fault.text);
        return !fault.no_memory;
    }
    const char *wrong = check_names(out);
    if (wrong)
        (void)snprintf(why, sizeof trust->why, "%s: %s", path, wrong);
    return true;
}

/* What was refused for want of something is looked at again the next time. */
static bool add_refused_for_now(struct provider_set *set, const char *source,
                                const struct providertrust_result *trust) {
    set->fresh = set->fresh || trust->passing;
    return add_refused(set, source, trust->why);
}

static bool add_file(struct provider_set *set, const char *path) {
    struct providertrust_result trust;
    int fd = -1;
    const enum providertrust result = providertrust_file(path, &trust, &fd);
    if (result != PROVIDERTRUST_GOOD)
        return add_refused_for_now(set, path, &trust);
    struct provider_entry *entry = add(set, path);
    const bool read = entry && read_file(path, fd, &entry->file, &trust);
    close(fd);
    if (!read)
        return false;
    set->fresh = set->fresh || trust.passing;
    return !*trust.why || (entry->why = strdup(trust.why)) != NULL;
}

/* Hidden files and those with another ending are somebody's notes, or on their way to a name. */
static int is_provider_file(const struct dirent *entry) {
    const size_t size = strlen(entry->d_name), ending = sizeof ENDING - 1;
    return entry->d_name[0] != '.' && size > ending && strcmp(entry->d_name + size - ending, ENDING) == 0;
}

/* By bytes, whatever the locale: which file comes last matters. */
static int by_name(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool add_files(struct provider_set *set, const char *directory, struct dirent **names, size_t count) {
    for (size_t i = 0; i < count; ++i) {
        char path[PATH_MAX + NAME_MAX + 2];
        if (i == PROVIDERSCAN_FILES_MAX)
            return add_refused(set, directory, "it holds more than 256 files; the rest is not read");
        (void)snprintf(path, sizeof path, "%s/%s", directory, names[i]->d_name);
        if (!add_file(set, path))
            return false;
    }
    return true;
}

static bool add_directory(struct provider_set *set, const char *directory) {
    struct providertrust_result trust;
    struct dirent **names = NULL;
    const enum providertrust result = providertrust_directory(directory, &trust);
    if (result == PROVIDERTRUST_ABSENT)
        return true;
    if (result == PROVIDERTRUST_REFUSED)
        return add_refused_for_now(set, directory, &trust);
    const int count = scandir(trust.real, &names, is_provider_file, by_name);
    if (count < 0) {
        set->fresh = set->fresh || providertrust_passing(errno);
        return errno != ENOMEM && add_refused(set, directory, strerror(errno));
    }
    const bool good = add_files(set, directory, names, (size_t)count);
    for (int i = 0; i < count; ++i)
        free(names[i]);
    free(names);
    return good;
}

struct provider_set *providerscan_read(struct providerscan_directories *directories) {
    struct provider_set *set = calloc(1, sizeof *set);
    if (!set) {
        providerscan_directories_free(directories);
        return NULL;
    }
    refcount_init(&set->refs);
    set->directories = *directories;
    set->fresh = changed_just_now(directories);
    for (size_t i = 0; i < set->directories.count; ++i)
        if (!add_directory(set, set->directories.paths[i])) {
            providerscan_release(set);
            return NULL;
        }
    return set;
}

void providerscan_release(struct provider_set *set) {
    if (!set || refcount_drop(&set->refs))
        return;
    for (size_t i = 0; i < set->count; ++i) {
        free(set->entries[i].source);
        free(set->entries[i].why);
    }
    free(set->entries);
    providerscan_directories_free(&set->directories);
    free(set);
}
