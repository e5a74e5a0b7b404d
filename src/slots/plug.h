/*
 * The hand at the readers of a service: plugs them in and pulls them, puts cards into their slots and takes
 * them out. Backends call it from any thread, when they see it happen; clients that wait hear of it at once.
 * No lock of this room may be held.
 */
#ifndef SCARDSSP_SLOTS_PLUG_H
#define SCARDSSP_SLOTS_PLUG_H

#include <stdbool.h>

#include "rm/status.h"
#include "slots/reader.h"
#include "slots/service.h"
#include "slots/slot.h"

/*
 * Adds a reader made by slots_reader_create() behind the others, and takes its reference over.
 * RM_E_DUPLICATE_READER: there is one of its name; the reference stays the caller's.
 */
rm_status slots_plug(struct slots_service *service, struct slots_reader *reader);

/* Pulls the reader's cable. RM_E_UNKNOWN_READER. */
rm_status slots_unplug(struct slots_service *service, const char *name);

/* Pulls all cables. */
void slots_clear(struct slots_service *service);

/*
 * Powers the card and puts it in; the reader takes a reference of its own. A card that is there is taken out
 * first. Returns when the card has answered or stays mute, which is when clients see it; a call that is in
 * the slot from before is waited for. Nothing happens to a card that somebody takes out, or whose reader
 * somebody pulls, before.
 */
void slots_insert(struct slots_reader *reader, struct slot *slot);

/*
 * Takes the card out, at once: a call in the slot is called off, and ignored when it ends. false: there is
 * none.
 */
bool slots_remove(struct slots_reader *reader);

/* The same with this card alone. false: it is no longer in. */
bool slots_remove_card(struct slots_reader *reader, const struct slot *slot);

/* The card no longer answers, until it is reset. */
void slots_mute(struct slots_reader *reader);

#endif
