/*
 * SELECT (ISO/IEC 7816-4:2005 §7.1.1): making a file the card's current one, by whatever form of the command
 * the card takes. Used by all that works on files.
 */
#ifndef SCARDSSP_SERVICES_SELECTION_H
#define SCARDSSP_SERVICES_SELECTION_H

#include "apdu/fcp.h"
#include "com/hresult.h"
#include "services/filesystem.h"

/* What the card said of the file. The bytes are the link's, valid until its next command. */
struct selected {
    struct fcp fcp;
    bool told;        /* fcp holds something */
    bool deactivated; /* SW 6283: selected, but not to be used */
    const uint8_t *bytes;
    size_t size;
};

/*
 * Selects the place, also where it is selected already, so that the card answers; a short identifier in it is
 * left out. Tries P1 08 and 09 (paths) before single identifiers, and P2 04 (FCP), 00 (FCI), 0C (nothing),
 * each until the card has once refused it (6A86 and its kind). Status words as hresult_from_sw() has them for
 * `use`; but 6283 is S_OK and *out says so.
 */
HRESULT selection_select(struct filesystem *files, const struct path *path, enum sw_use use,
                         struct selected *out);

/* Whether it is an elementary file; one that the card says nothing of is believed to be none. */
static inline bool selected_is_elementary(const struct selected *selected) {
    return selected->fcp.kind != FCP_KIND_DF && selected->fcp.kind != FCP_KIND_UNKNOWN;
}

/* Which of the directories that a name, or no name, could mean (P2, bits 2 and 1). */
enum selection_occurrence { SELECTION_FIRST = 0x00, SELECTION_NEXT = 0x02 };

/* Whether the card has not been asked yet what it is, so that a SELECT might tell. */
static inline bool selection_may_learn(const struct filesystem *files) {
    return files->profile == &profile_iso && !files->answer_known;
}

/*
 * Selects a directory by no name at all: the first that has one, or the next after the one that is selected.
 * Nothing is known afterwards of what is.
 */
HRESULT selection_select_named(struct filesystem *files, enum selection_occurrence occurrence,
                               struct selected *out);

/* Whether the place is what the card has selected, so that no SELECT is needed. */
bool selection_is_current(const struct filesystem *files, const struct path *path);

/* Notes that `path`, an elementary file, has become current by another command than SELECT. */
void selection_note_file(struct filesystem *files, const struct path *path);

/* Nothing is known any more of what is selected. */
void selection_forget(struct filesystem *files);

/*
 * The same after the library has selected files of its own accord: to the program `current` is still the
 * current one.
 */
void selection_return(struct filesystem *files, const struct path *current);

/* Sends the command in the profile's class. */
HRESULT selection_send(struct filesystem *files, struct apdu *command, struct service_answer *answer);

/* The same; a status word that is no success is the code that hresult_from_sw() has for it. */
HRESULT selection_run(struct filesystem *files, struct apdu *command, enum sw_use use,
                      struct service_answer *answer);

#endif
