/*
 * From a part to its whole: the structure that holds a member, found by the member's address. Used by every
 * object that hands out one of its members (an interface, the base of a service), and gets it back with each
 * call.
 */
#ifndef SCARDSSP_BASE_CONTAINER_H
#define SCARDSSP_BASE_CONTAINER_H

#include <stddef.h>

/*
 * `pointer` as it is; it does not compile when it is not the address of such a member (the other arm is never
 * evaluated).
 */
#define CONTAINER_CHECKED(pointer, type, member) (1 ? (pointer) : &((type *)NULL)->member)

/* The `type` whose `member` lies at `pointer`. */
#define CONTAINER_OF(pointer, type, member)                                                                  \
    ((type *)(void *)((char *)CONTAINER_CHECKED(pointer, type, member) - offsetof(type, member)))

/* The same, to be read only. */
#define CONTAINER_OF_CONST(pointer, type, member)                                                            \
    ((const type *)(const void *)((const char *)CONTAINER_CHECKED(pointer, const type, member) -             \
                                  offsetof(type, member)))

#endif
