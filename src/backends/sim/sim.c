/* The hand at the simulated readers: plugs, inserts, pulls, breaks. */
#include "backends/sim/sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/sim/fault.h"
#include "backends/sim/pad.h"
#include "backends/sim/simslot.h"
#include "icc/image/builtin.h"
#include "slots/plug.h"
#include "slots/service.h"

static void say(char *message, size_t message_size, const char *text) {
    if (message && message_size)
        snprintf(message, message_size, "%s", text);
}

/* What the hand knows of a reader: its owner. */
struct hand {
    struct lock moving;     /* one hand at a time; before the reader's mutex */
    struct sim_fault fault; /* what is armed in the reader */
    struct sim_pad pad;
    struct slot *card;      /* the one that was put in last, referred to */
    struct slot *last_card; /* the one that was taken out last, referred to */
};

static void hand_release(void *owner) {
    struct hand *hand = owner;
    slot_drop(hand->card);
    slot_drop(hand->last_card);
    free(hand);
}

/* A card may have left the reader without the hand: ejected, or by a fault. */
static void hand_look(struct hand *hand, struct slots_reader *reader) {
    lock_take(&reader->mutex);
    struct slot *now = reader->slot != hand->card && reader->slot ? slot_hold(reader->slot) : NULL;
    const bool same = reader->slot == hand->card;
    lock_give(&reader->mutex);
    if (same)
        return;
    if (hand->card) {
        slot_drop(hand->last_card);
        hand->last_card = hand->card;
    }
    hand->card = now;
}

/* Makes a card from an image. RM_E_INVALID_PARAMETER with a message, RM_E_NO_MEMORY. */
static rm_status make_card(const char *image, char *message, size_t message_size, struct sim_card **out) {
    bool no_memory = false;
    *out = sim_card_create(image, message, message_size, &no_memory);
    if (*out)
        return RM_OK;
    return no_memory ? RM_E_NO_MEMORY : RM_E_INVALID_PARAMETER;
}

/*
 * The card, which it owns from now on, as a slot in which the reader's faults are met. NULL: out of memory.
 */
static struct slot *make_slot(struct hand *hand, struct sim_card *card) {
    struct slot *slot = simslot_create(card);
    if (slot && hand->pad.there)
        slot = pad_slot_create(&hand->pad, slot);
    return slot ? fault_slot_create(&hand->fault, slot) : NULL;
}

/* Puts a slot, whose reference it takes over, into the reader. NULL: RM_E_NO_MEMORY. */
static rm_status put_in(struct hand *hand, struct slots_reader *reader, struct slot *slot) {
    if (!slot)
        return RM_E_NO_MEMORY;
    slots_insert(reader, slot);
    hand_look(hand, reader);
    slot_drop(slot);
    return RM_OK;
}

static bool may_plug(const char *name, uint32_t flags) {
    return name && *name && strlen(name) <= SLOTS_READER_NAME_MAX && strcmp(name, RM_PNP_NOTIFICATION) != 0 &&
           !(flags & ~SLOTS_READER_EJECTOR);
}

/* An empty reader of this simulator, not in its list. NULL: out of memory. */
static struct slots_reader *make_reader(struct slots_service *service, const char *name, uint32_t flags) {
    struct hand *hand = calloc(1, sizeof *hand);
    struct slots_reader *reader = hand ? slots_reader_create(name, flags, &service->events) : NULL;
    if (!reader) {
        free(hand);
        return NULL;
    }
    reader->owner = hand;
    reader->release_owner = hand_release;
    return reader;
}

rm_status sim_plug_card(struct rm_service *base, const char *name, struct sim_card *card, uint32_t flags) {
    struct slots_service *service = slots_service_of(base);
    struct slots_reader *reader = make_reader(service, name, flags);
    if (!reader) {
        sim_card_destroy(card);
        return RM_E_NO_MEMORY;
    }
    rm_status status = card ? put_in(reader->owner, reader, make_slot(reader->owner, card)) : RM_OK;
    if (status == RM_OK)
        status = slots_plug(service, reader);
    if (status != RM_OK)
        slots_reader_drop(reader);
    return status;
}

rm_status sim_plug(struct rm_service *service, const char *name, const char *image, uint32_t flags,
                   char *message, size_t message_size) {
    struct sim_card *card = NULL;
    if (!may_plug(name, flags)) {
        say(message, message_size, "the name of a reader has 1 to 127 bytes; its only flag is 1");
        return RM_E_INVALID_PARAMETER;
    }
    rm_status status = image ? make_card(image, message, message_size, &card) : RM_OK;
    return status == RM_OK ? sim_plug_card(service, name, card, flags) : status;
}

rm_status sim_unplug(struct rm_service *service, const char *name) {
    return name ? slots_unplug(slots_service_of(service), name) : RM_E_INVALID_PARAMETER;
}

/* Finds a reader for the hand; RM_OK: the caller ends with unlock_reader(). */
static rm_status lock_reader(struct rm_service *service, const char *name, struct slots_reader **out,
                             struct hand **hand_out) {
    if (!name)
        return RM_E_INVALID_PARAMETER;
    struct slots_reader *reader = slots_service_find(slots_service_of(service), name);
    if (!reader)
        return RM_E_UNKNOWN_READER;
    struct hand *hand = reader->owner;
    lock_take(&hand->moving);
    hand_look(hand, reader);
    *out = reader;
    *hand_out = hand;
    return RM_OK;
}

static void unlock_reader(struct slots_reader *reader, struct hand *hand) {
    lock_give(&hand->moving);
    slots_reader_drop(reader);
}

rm_status sim_insert(struct rm_service *service, const char *name, const char *image, char *message,
                     size_t message_size) {
    struct slots_reader *reader = NULL;
    struct hand *hand = NULL;
    if (!name || !image) {
        say(message, message_size, "a reader and a card image are needed");
        return RM_E_INVALID_PARAMETER;
    }
    /* Reading an image is slow: the reader is not locked meanwhile. */
    struct sim_card *card = NULL;
    rm_status status = make_card(image, message, message_size, &card);
    if (status != RM_OK)
        return status;
    status = lock_reader(service, name, &reader, &hand);
    if (status != RM_OK) {
        sim_card_destroy(card);
        return status;
    }
    status = put_in(hand, reader, make_slot(hand, card));
    unlock_reader(reader, hand);
    return status;
}

rm_status sim_give_pad(struct rm_service *service, const char *name, const char *pin, const char *next) {
    struct slots_reader *reader = NULL;
    struct hand *hand = NULL;
    if (!pin || !next || strlen(pin) > SIM_PAD_PIN_MAX || strlen(next) > SIM_PAD_PIN_MAX)
        return RM_E_INVALID_PARAMETER;
    const rm_status status = lock_reader(service, name, &reader, &hand);
    if (status != RM_OK)
        return status;
    hand->pad.there = true;
    (void)snprintf(hand->pad.pin, sizeof hand->pad.pin, "%s", pin);
    (void)snprintf(hand->pad.next, sizeof hand->pad.next, "%s", next);
    unlock_reader(reader, hand);
    return RM_OK;
}

rm_status sim_remove(struct rm_service *service, const char *name) {
    struct slots_reader *reader = NULL;
    struct hand *hand = NULL;
    rm_status status = lock_reader(service, name, &reader, &hand);
    if (status != RM_OK)
        return status;
    status = slots_remove(reader) ? RM_OK : RM_E_NO_SMARTCARD;
    hand_look(hand, reader);
    unlock_reader(reader, hand);
    return status;
}

rm_status sim_put_back(struct rm_service *service, const char *name) {
    struct slots_reader *reader = NULL;
    struct hand *hand = NULL;
    rm_status status = lock_reader(service, name, &reader, &hand);
    if (status != RM_OK)
        return status;
    struct slot *card = hand->last_card;
    hand->last_card = NULL;
    status = card ? put_in(hand, reader, card) : RM_E_NO_SMARTCARD;
    unlock_reader(reader, hand);
    return status;
}

/* From now on the cards of the reader look whether a fault is armed. */
static void make_cards_slow(struct hand *hand, struct slots_reader *reader) {
    lock_take(&reader->mutex);
    slot_make_slow(hand->card);
    slot_make_slow(hand->last_card);
    lock_give(&reader->mutex);
}

rm_status sim_fault(struct rm_service *service, const char *name, uint32_t fault, uint32_t value) {
    struct slots_reader *reader = NULL;
    struct hand *hand = NULL;
    rm_status status = lock_reader(service, name, &reader, &hand);
    if (status != RM_OK)
        return status;
    make_cards_slow(hand, reader);
    if (!sim_fault_arm(&hand->fault, fault, value))
        status = RM_E_INVALID_PARAMETER;
    else if (fault == SIM_FAULT_MUTE && value)
        slots_mute(reader);
    unlock_reader(reader, hand);
    return status;
}

const char *sim_image_name(uint32_t place, const char **summary) {
    const struct builtin_image *image = sim_builtin_images;
    while (place && image->name) {
        image++;
        place--;
    }
    if (image->name && summary)
        *summary = image->summary;
    return image->name;
}

void sim_clear(struct rm_service *service) {
    slots_clear(slots_service_of(service));
}
