/* Calls into slots: outside the reader's mutex, and known to it. */
#include "slots/work.h"

#include "base/clock.h"

static void unlink_work(struct slot_work *work) {
    struct slot_work **at = &work->works->first;
    while (*at && *at != work)
        at = &(*at)->next;
    if (*at)
        *at = work->next;
}

rm_status slot_work_begin(struct slot_work *work) {
    struct slot_works *works = work->works;
    slot_hold(work->slot);
    work->next = works->first;
    works->first = work;
    while (work->slot->busy && !work->gone && !work->called_off)
        (void)lock_sleep(works->mutex, &works->slot_free, CLOCK_NEVER);
    if (work->gone || work->called_off) {
        unlink_work(work);
        slot_drop(work->slot);
        return work->gone ? RM_E_NO_SMARTCARD : RM_E_CANCELLED;
    }
    work->begun = true;
    work->apart = !work->slot->instant;
    if (work->apart) {
        work->slot->busy = true;
        slot_enter(work->slot);
        lock_give(works->mutex);
    }
    return RM_OK;
}

/* To ring for nobody would be a system call with every command. */
static bool is_awaited(const struct slot_works *works) {
    const struct slot_work *work = works->first;
    while (work && work->begun)
        work = work->next;
    return work != NULL;
}

void slot_work_end(struct slot_work *work) {
    struct slot_works *works = work->works;
    if (work->apart) {
        lock_take(works->mutex);
        work->slot->busy = false;
        if (is_awaited(works))
            lock_ring(&works->slot_free);
    }
    unlink_work(work);
    slot_drop(work->slot);
}

static void call_off(struct slot_work *work, uint64_t end) {
    work->called_off = true;
    if (work->begun)
        slot_call_off(work->slot, end);
}

void slot_work_call_off(struct slot_works *works, const struct slot_work_filter *filter, uint64_t end) {
    for (struct slot_work *work = works->first; work; work = work->next) {
        if ((filter->connection && work->connection != filter->connection) ||
            (filter->context && work->context != filter->context))
            continue;
        call_off(work, end);
    }
    lock_ring(&works->slot_free);
}

void slot_work_card_gone(struct slot_works *works) {
    for (struct slot_work *work = works->first; work; work = work->next) {
        if (work->of_reader)
            continue;
        work->gone = true;
        call_off(work, 0);
    }
    lock_ring(&works->slot_free);
}

void slot_work_freeze(struct slot_works *works) {
    for (struct slot_work *work = works->first; work; work = work->next)
        if (work->begun)
            slot_freeze(work->slot);
}

void slot_work_thaw(struct slot_works *works) {
    for (struct slot_work *work = works->first; work; work = work->next)
        if (work->begun)
            slot_thaw(work->slot);
}

void slot_work_disown(struct slot_works *works) {
    for (struct slot_work *work = works->first; work; work = work->next) {
        if (work->begun)
            work->slot->busy = false;
        slot_drop(work->slot);
    }
    works->first = NULL;
}
