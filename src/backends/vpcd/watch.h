/*
 * What happens at many sockets at once, for the one thread that looks: listener.c's. However many there are,
 * and whatever their descriptors' numbers. watch_win.c is Windows' half.
 */
#ifndef SCARDSSP_BACKENDS_VPCD_WATCH_H
#define SCARDSSP_BACKENDS_VPCD_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct watch;

/* What a socket is watched for. */
enum watch_for {
    WATCH_NOTHING, /* it stays known */
    WATCH_BYTES,   /* bytes, a connection to accept, one that has been made, and the end */
    WATCH_END      /* the other end has gone or sends no more: who talks disturbs nobody */
};

/* NULL: out of memory, or of descriptors. */
struct watch *watch_open(void);

/* NULL: does nothing. The sockets stay. In a process made by fork() the parent's watch is left alone. */
void watch_close(struct watch *watch);

/* Watches a socket, whose events bear this number. false: there are no means for one more. */
bool watch_add(struct watch *watch, int fd, enum watch_for what, uint32_t number);

/* Watches it for something else, under another number. */
void watch_change(struct watch *watch, int fd, enum watch_for what, uint32_t number);

/* No longer watches it; before it is closed. */
void watch_remove(struct watch *watch, int fd);

/*
 * Waits for up to `ms` (UINT32_MAX: for ever), or until watch_wake(). Returns how many sockets something has
 * happened at, room at most; their numbers are in `numbers`. What nobody does anything about is told again.
 */
size_t watch_wait(struct watch *watch, uint32_t ms, uint32_t *numbers, size_t room);

/* Ends the wait of another thread, or the next one. */
void watch_wake(struct watch *watch);

#endif
