/* What a service with faults, its contexts and connections are made of. Included by faulty.c and wait.c. */
#ifndef SCARDSSP_BACKENDS_FAULTS_FAULTY_OBJECT_H
#define SCARDSSP_BACKENDS_FAULTS_FAULTY_OBJECT_H

#include "backends/faults/stage.h"
#include "base/container.h"

struct faulty {
    struct rm_service base;
    struct rm_service *inner;
    struct stage stage;
};

struct faulty_context {
    struct rm_context base;
    struct faulty *service;
    struct rm_context *inner;
    uint32_t services;     /* the one that it was opened with */
    struct lock mutex;     /* guards what follows */
    struct lock_bell bell; /* rings for a cancellation */
    uint32_t cancels;
    struct faulty_card *cards;
};

struct faulty_card {
    struct rm_card base;
    struct faulty_context *context;
    struct rm_card *inner; /* NULL: the card that was swapped in cannot be connected to */
    struct stage_mark mark;
    char target[STAGE_NAME_MAX]; /* the backend's reader that it is connected to */
    char name[STAGE_NAME_MAX];   /* the program's */
    uint64_t used;               /* a transaction is held: since when it is idle */
    struct faulty_card *next;
};

/* The service behind the port's pointer. */
static inline struct faulty *from_service(struct rm_service *service) {
    return CONTAINER_OF(service, struct faulty, base);
}

/* The context behind it. */
static inline struct faulty_context *from_context(struct rm_context *context) {
    return CONTAINER_OF(context, struct faulty_context, base);
}

#endif
