/* What is known of a card's files from one call to the next: see filesystem.h. */
#include "services/filesystem.h"

void filesystem_begin(struct filesystem *files, struct service_link *link) {
    if (!files->profile || files->card != link->card)
        *files = (struct filesystem){.card = link->card, .profile = &profile_iso};
    files->link = link;
    if (files->turn != link->turn)
        files->selected = false;
}

const struct profile *filesystem_profile(const struct filesystem *files, const struct path *path) {
    const struct profile *const application = profile_of_name(path->name, path->name_size);
    return application ? application : files->profile;
}
