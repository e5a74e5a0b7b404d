/* Cards that come and go: see listener.h. */
#include "backends/vpcd/listener.h"

#include <stdlib.h>

#include "backends/vpcd/cardslot.h"
#include "backends/vpcd/door.h"
#include "backends/vpcd/newcomer.h"
#include "backends/vpcd/peer.h"
#include "backends/vpcd/watch.h"
#include "base/clock.h"
#include "base/container.h"
#include "base/fork.h"
#include "base/lock.h"
#include "base/thread.h"
#include "slots/plug.h"

#define AT_ONCE 32u        /* things that have happened, in one look */
#define PAUSE_MS 100u      /* where there are no means for one more */
#define KNOCK_EACH_MS 250u /* at a reversed door */
#define LOOK_EACH_MS 2000u /* at cards that nobody uses */

/* What the numbers of the watch stand for: a door below NEWCOMER, a newcomer below SEAT, a reader. */
#define NEWCOMER 0x10000u
#define SEAT 0x20000u

struct seat {
    struct slots_reader *reader;
    struct slot *card; /* the one that was put in, referred to; NULL: it is free */
};

struct listener {
    struct fork_part fork;
    uint32_t process; /* fork_count() of the one with the thread */
    struct place place;
    struct watch *watch;
    struct lock mutex; /* guards what follows; the thread has it but when it waits */
    struct lock_bell changed;
    bool started, stop, ended; /* the thread */
    uint32_t open;             /* doors */
    uint32_t filled;           /* seats that have a reader */
    uint64_t arrivals;
    uint64_t look;   /* clock_deadline() of the next look at the cards; 0: there are none */
    uint64_t resume; /* clock_deadline() until when no door is looked at; 0: all are */
    struct newcomer newcomers[LISTENER_NEWCOMERS];
    struct door *doors;
    struct seat *seats; /* place.readers for each door */
};

/* Doors */

static struct seat *free_seat(struct listener *listener, uint32_t door) {
    struct seat *seats = listener->seats + (size_t)door * listener->place.readers;
    for (uint32_t i = 0; i < listener->place.readers; ++i)
        if (!seats[i].card)
            return &seats[i];
    return NULL;
}

/* At a door whose readers all have a card nobody is let in: he waits outside. */
static void look_at_door(struct listener *listener, uint32_t door) {
    const bool opens = !listener->resume && free_seat(listener, door);
    if (!listener->place.reversed)
        watch_change(listener->watch, listener->doors[door].fd, opens ? WATCH_BYTES : WATCH_NOTHING, door);
}

static void look_at_doors(struct listener *listener) {
    for (uint32_t door = 0; door < listener->open; ++door)
        look_at_door(listener, door);
}

static void rest(struct listener *listener, uint32_t ms) {
    listener->resume = clock_deadline(ms);
    look_at_doors(listener);
}

/* Newcomers */

static void dismiss(struct listener *listener, struct newcomer *newcomer) {
    watch_remove(listener->watch, newcomer->peer);
    peer_close(newcomer->peer);
    newcomer->state = NEWCOMER_NONE;
}

/* A place for one more; who has been asked longest and has not answered goes. NULL: all are cards. */
static struct newcomer *make_place(struct listener *listener) {
    struct newcomer *oldest = NULL;
    for (uint32_t i = 0; i < LISTENER_NEWCOMERS; ++i) {
        struct newcomer *at = &listener->newcomers[i];
        if (at->state == NEWCOMER_NONE)
            return at;
        if (at->state == NEWCOMER_ASKED && (!oldest || at->since < oldest->since))
            oldest = at;
    }
    if (oldest)
        dismiss(listener, oldest);
    return oldest;
}

static void welcome(struct listener *listener, uint32_t door, int peer) {
    struct newcomer *newcomer = make_place(listener);
    const uint32_t number = newcomer ? (uint32_t)(newcomer - listener->newcomers) : 0;
    if (!newcomer || !newcomer_ask(newcomer, peer)) {
        peer_close(peer);
        return;
    }
    newcomer->door = door;
    newcomer->since = ++listener->arrivals;
    if (!watch_add(listener->watch, peer, WATCH_BYTES, NEWCOMER + number))
        dismiss(listener, newcomer);
}

static void let_in(struct listener *listener, uint32_t door) {
    for (uint32_t i = 0; i < LISTENER_NEWCOMERS; ++i) {
        const int peer = door_let_in(&listener->doors[door]);
        if (peer >= 0)
            welcome(listener, door, peer);
        if (peer == DOOR_NO_MEANS)
            rest(listener, PAUSE_MS);
        if (peer < 0 || listener->place.reversed)
            return;
    }
}

/* Readers */

/* The card that has waited longest at this door; NULL: none does. */
static struct newcomer *next_card(struct listener *listener, uint32_t door) {
    struct newcomer *first = NULL;
    for (uint32_t i = 0; i < LISTENER_NEWCOMERS; ++i) {
        struct newcomer *at = &listener->newcomers[i];
        if (at->state == NEWCOMER_CARD && at->door == door && (!first || at->since < first->since))
            first = at;
    }
    return first;
}

/* The newcomer's socket is the card's from now on. */
static void take_seat(struct listener *listener, struct seat *seat, struct newcomer *newcomer) {
    size_t size;
    const uint8_t *atr = newcomer_atr(newcomer, &size);
    seat->card = cardslot_create(newcomer->peer, atr, size);
    if (!seat->card) {
        dismiss(listener, newcomer);
        return;
    }
    watch_change(listener->watch, newcomer->peer, WATCH_END, SEAT + (uint32_t)(seat - listener->seats));
    newcomer->state = NEWCOMER_NONE;
    if (!listener->look)
        listener->look = clock_deadline(LOOK_EACH_MS);
    slots_insert(seat->reader, seat->card); /* which has its ATR, and waits for nothing */
}

/* Cards that wait into readers that are free. */
static void admit(struct listener *listener, uint32_t door) {
    struct seat *seat;
    struct newcomer *newcomer;
    while ((seat = free_seat(listener, door)) != NULL && (newcomer = next_card(listener, door)) != NULL)
        take_seat(listener, seat, newcomer);
    look_at_door(listener, door);
}

static void look_at_newcomer(struct listener *listener, struct newcomer *newcomer) {
    if (newcomer->state == NEWCOMER_NONE)
        return; /* it has gone in this very look */
    switch (newcomer_look(newcomer)) {
    case NEWCOMER_CARD:
        admit(listener, newcomer->door);
        break;
    case NEWCOMER_LEAVES:
        dismiss(listener, newcomer);
        break;
    default:
        break;
    }
}

static void empty(struct listener *listener, struct seat *seat) {
    (void)slots_remove_card(seat->reader, seat->card);
    watch_remove(listener->watch, cardslot_peer(seat->card));
    slot_drop(seat->card);
    seat->card = NULL;
}

/* The connection of a card has ended. */
static void leave_seat(struct listener *listener, struct seat *seat) {
    if (!seat->card)
        return;
    empty(listener, seat);
    admit(listener, (uint32_t)(seat - listener->seats) / listener->place.readers);
}

/*
 * A card that fills its connection with what nobody asked for keeps us from seeing its end, too, which lies
 * behind all that; and not every system tells of the end of a connection that we have broken ourselves.
 */
static void look_at_cards(struct listener *listener) {
    listener->look = 0;
    for (uint32_t i = 0; i < listener->filled; ++i) {
        struct seat *seat = &listener->seats[i];
        if (!seat->card)
            continue;
        listener->look = clock_deadline(LOOK_EACH_MS);
        lock_take(&seat->reader->mutex);
        const bool over = cardslot_is_over(seat->card);
        lock_give(&seat->reader->mutex);
        if (over)
            leave_seat(listener, seat);
    }
}

/* The thread */

static void act(struct listener *listener, uint32_t number) {
    if (number < NEWCOMER)
        let_in(listener, number);
    else if (number < SEAT)
        look_at_newcomer(listener, &listener->newcomers[number - NEWCOMER]);
    else
        leave_seat(listener, &listener->seats[number - SEAT]);
}

static bool has_newcomer(const struct listener *listener) {
    for (uint32_t i = 0; i < LISTENER_NEWCOMERS; ++i)
        if (listener->newcomers[i].state != NEWCOMER_NONE)
            return true;
    return false;
}

/* A door that we knock at ourselves, from time to time while its reader is empty. */
static void knock(struct listener *listener) {
    if (!free_seat(listener, 0) || has_newcomer(listener))
        return;
    let_in(listener, 0);
    listener->resume = clock_deadline(KNOCK_EACH_MS);
}

/* What is due without anything having happened. */
static void keep_time(struct listener *listener) {
    for (uint32_t i = 0; i < LISTENER_NEWCOMERS; ++i) {
        struct newcomer *at = &listener->newcomers[i];
        if (at->state == NEWCOMER_ASKED && clock_left(at->until) == 0)
            dismiss(listener, at);
    }
    if (listener->look && clock_left(listener->look) == 0)
        look_at_cards(listener);
    if (listener->resume && clock_left(listener->resume) == 0) {
        listener->resume = 0;
        look_at_doors(listener);
    }
    if (listener->place.reversed && !listener->resume)
        knock(listener);
}

static uint32_t left_of(uint64_t deadline) {
    return deadline ? clock_left(deadline) : UINT32_MAX;
}

static uint32_t next_time(const struct listener *listener) {
    const uint32_t resume = left_of(listener->resume), look = left_of(listener->look);
    uint32_t least = resume < look ? resume : look;
    for (uint32_t i = 0; i < LISTENER_NEWCOMERS; ++i) {
        const struct newcomer *at = &listener->newcomers[i];
        const uint32_t left = left_of(at->state == NEWCOMER_ASKED ? at->until : 0);
        least = left < least ? left : least;
    }
    return least;
}

static void work(void *argument) {
    struct listener *listener = argument;
    uint32_t numbers[AT_ONCE];
    lock_take(&listener->mutex);
    while (!listener->stop) {
        keep_time(listener);
        const uint32_t patience = next_time(listener);
        lock_give(&listener->mutex);
        const size_t count = watch_wait(listener->watch, patience, numbers, AT_ONCE);
        lock_take(&listener->mutex);
        for (size_t i = 0; i < count && !listener->stop; ++i)
            act(listener, numbers[i]);
    }
    listener->ended = true;
    lock_ring(&listener->changed);
    lock_give(&listener->mutex);
}

/* Beginning and end */

static void before_fork(struct fork_part *part) {
    lock_take(&CONTAINER_OF(part, struct listener, fork)->mutex);
}

/* Cards and doors are the parent's: in the child the readers are empty, for good. */
static void leave_to_parent(struct listener *listener) {
    for (uint32_t i = 0; i < listener->filled; ++i)
        if (listener->seats[i].card) {
            (void)slots_remove_card(listener->seats[i].reader, listener->seats[i].card);
            slot_drop(listener->seats[i].card);
            listener->seats[i].card = NULL;
        }
    for (uint32_t i = 0; i < LISTENER_NEWCOMERS; ++i)
        if (listener->newcomers[i].state != NEWCOMER_NONE) {
            peer_close(listener->newcomers[i].peer);
            listener->newcomers[i].state = NEWCOMER_NONE;
        }
    while (listener->open)
        door_leave(&listener->doors[--listener->open]);
    watch_close(listener->watch);
    listener->watch = NULL;
}

static void after_fork(struct fork_part *part, bool child) {
    struct listener *listener = CONTAINER_OF(part, struct listener, fork);
    if (child)
        leave_to_parent(listener);
    lock_give(&listener->mutex);
}

rm_status listener_open(const struct place *place, struct listener **out, char *message,
                        size_t message_size) {
    struct listener *listener = calloc(1, sizeof *listener);
    rm_status status = RM_E_NO_MEMORY;
    if (!listener)
        return status;
    listener->place = *place;
    listener->process = fork_count();
    listener->watch = watch_open();
    listener->doors = calloc(place->doors, sizeof *listener->doors);
    listener->seats = calloc((size_t)place->doors * place->readers, sizeof *listener->seats);
    if (listener->watch && listener->doors && listener->seats)
        status = RM_OK;
    while (status == RM_OK && listener->open < place->doors) {
        struct door *door = &listener->doors[listener->open];
        status = door_open(&listener->place, listener->open, door, message, message_size);
        if (status == RM_OK)
            ++listener->open;
    }
    listener->fork = (struct fork_part){.before = before_fork, .after = after_fork};
    fork_join(&listener->fork);
    if (status == RM_OK)
        *out = listener;
    else
        listener_close(listener);
    return status;
}

uint16_t listener_port(const struct listener *listener, uint32_t door) {
    return listener->doors[door].port;
}

void listener_add(struct listener *listener, struct slots_reader *reader) {
    listener->seats[listener->filled++].reader = reader;
}

rm_status listener_start(struct listener *listener) {
    for (uint32_t door = 0; door < listener->open && !listener->place.reversed; ++door)
        if (!watch_add(listener->watch, listener->doors[door].fd, WATCH_BYTES, door))
            return RM_E_NO_MEMORY;
    listener->started = thread_start(work, listener);
    return listener->started ? RM_OK : RM_E_NO_MEMORY;
}

static void stop(struct listener *listener) {
    lock_take(&listener->mutex);
    listener->stop = true;
    watch_wake(listener->watch);
    while (!listener->ended)
        (void)lock_sleep(&listener->mutex, &listener->changed, CLOCK_NEVER);
    lock_give(&listener->mutex);
}

void listener_close(struct listener *listener) {
    if (!listener)
        return;
    if (listener->started && listener->process == fork_count())
        stop(listener);
    fork_leave(&listener->fork);
    for (uint32_t i = 0; i < listener->filled; ++i)
        if (listener->seats[i].card)
            empty(listener, &listener->seats[i]);
    for (uint32_t i = 0; i < LISTENER_NEWCOMERS; ++i)
        if (listener->newcomers[i].state != NEWCOMER_NONE)
            dismiss(listener, &listener->newcomers[i]);
    while (listener->open)
        door_close(&listener->doors[--listener->open]);
    watch_close(listener->watch);
    free(listener->doors);
    free(listener->seats);
    free(listener);
}
