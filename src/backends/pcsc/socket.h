/*
 * Finds the socket that the library opens for a context. The library keeps it to itself, but it is a
 * descriptor of this process, and the kernel numbers sockets uniquely: a socket to the daemon that was not
 * there before is the new one. Used by link.c.
 */
#ifndef SCARDSSP_BACKENDS_PCSC_SOCKET_H
#define SCARDSSP_BACKENDS_PCSC_SOCKET_H

#include <stddef.h>
#include <sys/types.h>

/*
 * The descriptor that whatever is opened next gets, where nobody else can open anything meanwhile: besides
 * the calling one the process has `idle` threads, which open nothing. -1: it has more, or that cannot be
 * found out. *tasks: the folder of the process's threads, -1 until it is needed; open from then on, since it
 * takes three times as long to find it than to ask it. The caller closes it, and in a child at once: it tells
 * of the parent's threads there.
 */
int pcsc_sockets_next(unsigned idle, int *tasks);

/* The kernel's number of the socket behind this descriptor of the library's; 0: it is none. */
ino_t pcsc_sockets_number(int library);

/*
 * A duplicate (close-on-exec, the caller's) of this descriptor of the library's, if it is a socket to the
 * daemon, the one with this number where that is not 0; -1 otherwise.
 */
int pcsc_sockets_take(int library, ino_t number);

struct pcsc_sockets {
    ino_t *numbers; /* inode numbers, sorted */
    size_t count;
};

/* Notes which sockets the process has. Without /proc or memory the list is empty and `numbers` NULL. */
void pcsc_sockets_note(struct pcsc_sockets *out);

/* Frees the list. */
void pcsc_sockets_free(struct pcsc_sockets *sockets);

/*
 * A duplicate (close-on-exec, the caller's) of the only socket to the daemon that is not on the list, and
 * *library, the library's own descriptor of it; -1 when there is none. except: one of ours that does not
 * count, or -1. *ambiguous: there were several, since another thread opened one at the same time.
 */
int pcsc_sockets_find_new(const struct pcsc_sockets *before, int except, int *library, int *ambiguous);

#endif
