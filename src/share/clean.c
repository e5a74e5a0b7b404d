/* Cards of lost sessions: see clean.h. */
#include "share/clean.h"

#include "share/news.h"
#include "share/tell.h"

#define CLEAN_MS 5000u /* for a program beside us to end its transaction */

static rm_status reset(struct share *share, const char *reader) {
    struct rm_context *context = NULL;
    struct rm_card *card = NULL;
    rm_status status = rm_context_open(share->service, RM_WITHIN(CLEAN_MS), &context);
    if (status == RM_OK)
        status = rm_connect(context, reader, RM_SHARE_SHARED, RM_PROTOCOL_T0 | RM_PROTOCOL_T1,
                            RM_WITHIN(CLEAN_MS), &card);
    if (status == RM_OK)
        status = rm_disconnect(card, RM_RESET, RM_WITHIN(CLEAN_MS));
    rm_context_close(context);
    return status;
}

void clean_card(struct share *share, struct share_lane *lane) {
    const rm_status status = reset(share, lane->name);
    lock_take(&share->lock);
    lane->dirty = false;
    lane->busy = false;
    lock_give(&share->lock);
    share_tell(share, SHARE_CARD_RESET, NULL, lane->name, status);
    (void)news_look(share, lane);
}
