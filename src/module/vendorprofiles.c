/* What libraries of vendors have brought, kept by library and name: see vendorprofiles.h. */
#include "module/vendorprofiles.h"

#include <stdlib.h>
#include <string.h>

#include "base/library.h"
#include "base/lock.h"
#include "services/profileintake.h"

struct taken {
    struct taken *next;
    const struct scardssp_profile *profile; /* NULL: it is not good */
    char *why;                              /* then why */
    bool loaded;                            /* the library is there: asking again would change nothing */
    char name[SCARDSSP_PROFILE_TEXT_SIZE];
    char path[];
};

/* All that somebody asked for; they stay as long as the process, as the tables of those that are good do. */
static struct {
    struct lock lock;
    struct taken *first;
} all;

/* Call with the lock held. */
static struct taken *find(const char *path, const char *name) {
    struct taken *taken = all.first;
    while (taken && (strcmp(taken->path, path) != 0 || strcmp(taken->name, name) != 0))
        taken = taken->next;
    return taken;
}

/* Whether there is nothing more to be tried; *profile is what came of it. */
static bool is_settled(const char *path, const char *name, const struct scardssp_profile **profile) {
    lock_take(&all.lock);
    const struct taken *const taken = find(path, name);
    const bool settled = taken && taken->loaded;
    *profile = settled ? taken->profile : NULL;
    lock_give(&all.lock);
    return settled;
}

static struct taken *add(const char *path, const char *name) {
    struct taken *const taken = calloc(1, sizeof *taken + strlen(path) + 1);
    if (!taken)
        return NULL;
    strcpy(taken->path, path);
    strcpy(taken->name, name);
    taken->next = all.first;
    all.first = taken;
    return taken;
}

/*
 * Takes over `profile` and `why`. Whoever was there first has brought the table that counts: it may be in
 * use.
 */
static const struct scardssp_profile *remember(const char *path, const char *name, bool loaded,
                                               struct scardssp_profile *profile, char *why) {
    lock_take(&all.lock);
    struct taken *taken = find(path, name);
    if (!taken)
        taken = add(path, name);
    if (taken && !taken->loaded) {
        free(taken->why);
        taken->why = why;
        taken->profile = profile;
        taken->loaded = loaded;
        why = NULL;
        profile = NULL;
    }
    const struct scardssp_profile *const kept = taken ? taken->profile : NULL;
    lock_give(&all.lock);
    free(why);
    free(profile);
    return kept;
}

const struct scardssp_profile *vendorprofiles_of(const char *path, const char *name,
                                                 vendorprofiles_load load) {
    const struct scardssp_profile *known = NULL;
    char why[PROFILEINTAKE_WHY_SIZE] = "";
    char *failure = NULL;
    if (is_settled(path, name, &known))
        return known;
    library_keep(&all); /* what is kept here is in use to the end: so is this library */
    const vendorprofiles_get get = load(path, &failure);
    if (!get)
        return remember(path, name, false, NULL, failure);
    struct scardssp_profile *const profile = profileintake_take(get(name), name, why);
    return remember(path, name, true, profile, profile ? NULL : strdup(why));
}

char *vendorprofiles_failure(const char *path, const char *name) {
    lock_take(&all.lock);
    const struct taken *const taken = find(path, name);
    char *const failure = taken && taken->why ? strdup(taken->why) : NULL;
    lock_give(&all.lock);
    return failure;
}
