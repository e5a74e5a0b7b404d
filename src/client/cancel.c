/* The contexts of one object that Cancel reaches: see cancel.h. */
#include "client/cancel.h"

void cancel_init(struct cancel *cancel) {
    lock_init(&cancel->lock);
    cancel->entries = NULL;
    cancel->own = NULL;
    cancel->forks = fork_count();
    atomic_init(&cancel->count, 0);
}

/*
 * A forked child has none of the other threads: their waits are gone, and so are the stacks that their
 * entries lie on.
 */
static void enter(struct cancel *cancel) {
    lock_take(&cancel->lock);
    if (cancel->forks == fork_count())
        return;
    cancel->entries = cancel->own;
    if (cancel->own)
        cancel->own->next = NULL;
    cancel->forks = fork_count();
}

void cancel_add(struct cancel *cancel, struct cancel_entry *entry, struct rm_context *context) {
    *entry = (struct cancel_entry){.list = cancel, .context = context};
    enter(cancel);
    if (!cancel->own)
        cancel->own = entry;
    entry->next = cancel->entries;
    cancel->entries = entry;
    lock_give(&cancel->lock);
}

void cancel_remove(struct cancel_entry *entry) {
    struct cancel *cancel = entry->list;
    enter(cancel);
    for (struct cancel_entry **at = &cancel->entries; *at; at = &(*at)->next)
        if (*at == entry) {
            *at = entry->next;
            break;
        }
    if (cancel->own == entry)
        cancel->own = NULL;
    lock_give(&cancel->lock);
}

void cancel_change(struct cancel_entry *entry, struct rm_context *context) {
    enter(entry->list);
    entry->context = context;
    lock_give(&entry->list->lock);
}

bool cancel_was_called(struct cancel_entry *entry) {
    enter(entry->list);
    bool called = entry->cancelled;
    lock_give(&entry->list->lock);
    return called;
}

void cancel_now(struct cancel *cancel) {
    enter(cancel);
    atomic_fetch_add(&cancel->count, 1); /* first: whoever begins to wait meanwhile sees it */
    for (struct cancel_entry *entry = cancel->entries; entry; entry = entry->next) {
        entry->cancelled = true;
        if (entry->context)
            rm_cancel(entry->context);
    }
    lock_give(&cancel->lock);
}
