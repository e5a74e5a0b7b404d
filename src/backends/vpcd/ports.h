/*
 * Who is at a TCP port of this machine, by the kernel's own list: a driver that has a card accepts no second
 * one, and says so to nobody. diagnosis.c, serve.c and door.c use it. Windows is not asked: false is the
 * answer there.
 */
#ifndef SCARDSSP_BACKENDS_VPCD_PORTS_H
#define SCARDSSP_BACKENDS_VPCD_PORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether somebody listens at the port. */
bool ports_listened_at(uint16_t port);

/*
 * Whether somebody else than the socket `fd` of ours (-1: none) is connected to the port, accepted or waiting
 * for it.
 */
bool ports_has_guest(uint16_t port, int fd);

/*
 * Who listens at the port, as "pcscd (process 812)" into `name` of `size` bytes. false: nobody, or a program
 * of another user, which only the administrator may see.
 */
bool ports_owner(uint16_t port, char *name, size_t size);

#endif
