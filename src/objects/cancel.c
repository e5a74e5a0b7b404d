/* The contexts of one object that Cancel reaches (see cancel.h). Called by attachment.c and cardex.c. */
#include "objects/cancel.h"

void cancel_init(struct cancel *cancel) {
    pthread_mutex_init(&cancel->lock, NULL);
    cancel->lines = NULL;
    atomic_init(&cancel->count, 0);
}

void cancel_destroy(struct cancel *cancel) {
    pthread_mutex_destroy(&cancel->lock);
}

void cancel_add(struct cancel *cancel, struct cancel_line *line, struct rm_context *context) {
    *line = (struct cancel_line){.list = cancel, .context = context};
    pthread_mutex_lock(&cancel->lock);
    line->next = cancel->lines;
    cancel->lines = line;
    pthread_mutex_unlock(&cancel->lock);
}

void cancel_remove(struct cancel_line *line) {
    struct cancel *cancel = line->list;
    pthread_mutex_lock(&cancel->lock);
    for (struct cancel_line **at = &cancel->lines; *at; at = &(*at)->next)
        if (*at == line) {
            *at = line->next;
            break;
        }
    pthread_mutex_unlock(&cancel->lock);
}

void cancel_change(struct cancel_line *line, struct rm_context *context) {
    pthread_mutex_lock(&line->list->lock);
    line->context = context;
    pthread_mutex_unlock(&line->list->lock);
}

bool cancel_was_called(struct cancel_line *line) {
    pthread_mutex_lock(&line->list->lock);
    bool called = line->cancelled;
    pthread_mutex_unlock(&line->list->lock);
    return called;
}

void cancel_now(struct cancel *cancel) {
    pthread_mutex_lock(&cancel->lock);
    atomic_fetch_add(&cancel->count, 1); /* first: whoever begins to wait meanwhile sees it */
    for (struct cancel_line *line = cancel->lines; line; line = line->next) {
        line->cancelled = true;
        rm_cancel(line->context);
    }
    pthread_mutex_unlock(&cancel->lock);
}
