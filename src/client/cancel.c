/* The contexts of one object that Cancel reaches (see cancel.h). Called by attachment.c and cardex.c. */
#include "client/cancel.h"

void cancel_init(struct cancel *cancel) {
    lock_init(&cancel->lock);
    cancel->lines = NULL;
    cancel->own = NULL;
    cancel->forks = fork_count();
    atomic_init(&cancel->count, 0);
}

/*
 * A forked child has none of the other threads: their waits are gone, and so are the stacks that their lines
 * lie on.
 */
static void enter(struct cancel *cancel) {
    lock_take(&cancel->lock);
    if (cancel->forks == fork_count())
        return;
    cancel->lines = cancel->own;
    if (cancel->own)
        cancel->own->next = NULL;
    cancel->forks = fork_count();
}

void cancel_add(struct cancel *cancel, struct cancel_line *line, struct rm_context *context) {
    *line = (struct cancel_line){.list = cancel, .context = context};
    enter(cancel);
    if (!cancel->own)
        cancel->own = line;
    line->next = cancel->lines;
    cancel->lines = line;
    lock_give(&cancel->lock);
}

void cancel_remove(struct cancel_line *line) {
    struct cancel *cancel = line->list;
    enter(cancel);
    for (struct cancel_line **at = &cancel->lines; *at; at = &(*at)->next)
        if (*at == line) {
            *at = line->next;
            break;
        }
    if (cancel->own == line)
        cancel->own = NULL;
    lock_give(&cancel->lock);
}

void cancel_change(struct cancel_line *line, struct rm_context *context) {
    enter(line->list);
    line->context = context;
    lock_give(&line->list->lock);
}

bool cancel_was_called(struct cancel_line *line) {
    enter(line->list);
    bool called = line->cancelled;
    lock_give(&line->list->lock);
    return called;
}

void cancel_now(struct cancel *cancel) {
    enter(cancel);
    atomic_fetch_add(&cancel->count, 1); /* first: whoever begins to wait meanwhile sees it */
    for (struct cancel_line *line = cancel->lines; line; line = line->next) {
        line->cancelled = true;
        if (line->context)
            rm_cancel(line->context);
    }
    lock_give(&cancel->lock);
}
