/* What is known of a card's files from one call to the next: see filesystem.h. */
#include "services/filesystem.h"

/* Places in the list of P2 values: see selection.c. */
enum { ASK_PARAMETERS = 0, ASK_INFORMATION = 1, ASK_NOTHING = 2 };

/* Another card: what its ATR tells is all that is known of it. */
static void forget(struct filesystem *files, const struct service_link *link) {
    const struct scardssp_profile *const profile = profile_of_atr(link->atr, link->atr_size);
    *files = (struct filesystem){.card = link->card, .profile = profile};
    files->no_path = profile_has(profile, SCARDSSP_PROFILE_SELECT_STEPS);
    files->answer_form = profile_has(profile, SCARDSSP_PROFILE_SELECT_SILENT) ? ASK_NOTHING
                         : profile_has(profile, SCARDSSP_PROFILE_SELECT_FCI)  ? ASK_INFORMATION
                                                                              : ASK_PARAMETERS;
}

void filesystem_begin(struct filesystem *files, struct service_link *link) {
    if (!files->profile || files->card != link->card)
        forget(files, link);
    files->link = link;
    if (files->turn != link->turn)
        files->selected = false;
}

const struct scardssp_profile *filesystem_profile(const struct filesystem *files, const struct path *path) {
    const struct scardssp_profile *const application = profile_of_name(path->name, path->name_size);
    return application ? application : files->profile;
}
