/* /proc: a folder for each process, and in it a link for each descriptor. See processes.h. */
#include "doctor/processes.h"

#include <dirent.h>
#include <inttypes.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text/textfile.h"

#define NAME_MAX_BYTES 4096u

/* The descriptors of one process. One that ends meanwhile has none. */
static void visit_process(uint32_t pid, descriptor_visitor visit, void *user) {
    char path[64], target[PATH_MAX];
    (void)snprintf(path, sizeof path, "/proc/%" PRIu32 "/fd", pid);
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;) {
        const ssize_t size = readlinkat(dirfd(folder), entry->d_name, target, sizeof target - 1);
        if (size <= 0)
            continue;
        target[size] = '\0';
        visit(user, pid, target);
    }
    if (folder)
        closedir(folder);
}

void processes_visit(descriptor_visitor visit, void *user) {
    DIR *folder = opendir("/proc");
    for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;) {
        char *end = NULL;
        const unsigned long pid = strtoul(entry->d_name, &end, 10);
        if (pid > 0 && pid <= UINT32_MAX && !*end && pid != (unsigned long)getpid())
            visit_process((uint32_t)pid, visit, user);
    }
    if (folder)
        closedir(folder);
}

/* The name of the program, from its command line: the kernel's own is cut after 15 characters. */
static void find_program(uint32_t pid, char *out, size_t room) {
    char path[64];
    char *text = NULL;
    size_t size = 0;
    static const char *const files[] = {"cmdline", "comm"}; /* kernel threads have no command line */
    for (size_t i = 0; i < 2 && !out[0]; ++i) {
        (void)snprintf(path, sizeof path, "/proc/%" PRIu32 "/%s", pid, files[i]);
        if (textfile_read(path, NAME_MAX_BYTES * 64, &text, &size) != TEXTFILE_OK)
            continue;
        text[strcspn(text, "\n")] = '\0';
        const char *slash = strrchr(text, '/');
        (void)snprintf(out, room, "%s", slash ? slash + 1 : text);
        free(text);
    }
}

static void find_user(uint32_t pid, char *out, size_t room) {
    char path[64];
    struct stat info;
    (void)snprintf(path, sizeof path, "/proc/%" PRIu32, pid);
    if (stat(path, &info) != 0)
        return;
    const struct passwd *known = getpwuid(info.st_uid);
    if (known)
        (void)snprintf(out, room, "%s", known->pw_name);
    else
        (void)snprintf(out, room, "%lu", (unsigned long)info.st_uid);
}

void processes_describe(struct holder_list *list) {
    for (size_t i = 0; i < list->count; ++i) {
        struct holder *one = &list->items[i];
        find_program(one->pid, one->program, sizeof one->program);
        find_user(one->pid, one->user, sizeof one->user);
    }
}

struct file_search {
    const char *path;
    struct holder_list *list;
};

static void compare(void *user, uint32_t pid, const char *target) {
    const struct file_search *search = user;
    if (strcmp(target, search->path) == 0)
        (void)holder_list_add(search->list, pid);
}

void processes_with_file(const char *path, struct holder_list *list) {
    struct file_search search = {path, list};
    processes_visit(compare, &search);
    processes_describe(list);
}
