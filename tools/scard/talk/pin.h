/*
 * A code of a card (PIN, CHV) as the commands of the tool use it: asked about, shown, changed, unblocked,
 * through ISCardVerify. Nothing is shown to a card that has one try left for it, unless the user insists.
 */
#ifndef SCARD_PIN_H
#define SCARD_PIN_H

#include <stdbool.h>

#include "talk/manager.h"
#include "terminal/secret.h"

/* Which code is meant. */
struct pin_place {
    const char *directory; /* of the card, where the code belongs to; NULL: the master file */
    const char *code;      /* its reference (P2), two hexadecimal digits */
};

/* What a card says of a code without being shown one. */
struct pin_state {
    HRESULT status; /* S_OK: verified, or not wanted; SCARD_W_CARD_NOT_AUTHENTICATED; SCARD_W_CHV_BLOCKED */
    long tries;     /* left; -1: the card does not say */
};

struct pin {
    ISCardVerify *verify;
    const struct pin_place *place;
    LONG reference;
};

/* Whether that is a reference, "01" or "81"; *out gets its number. */
bool pin_parse(const char *code, LONG *out);

/* Gets a code from its owner, who is asked for "PIN 01"; what: "PIN". As secret_get(). */
int pin_get(const struct secret_source *source, const char *what, const char *code, struct secret *out);

/*
 * Gets a code and the PIN that shall stand in its place, which is asked for twice where it is typed. what:
 * the first one, "Old PIN". On EXIT_GOOD both are the caller's to wipe; otherwise, after a message, an exit
 * code, and both are wiped.
 */
int pin_get_both(const struct secret_source *source, const char *what, const char *code,
                 struct secret *former, struct secret *wanted);

/*
 * Makes what a code is used with, on an attached manager, and enters its directory. Failures are told. On
 * EXIT_GOOD ended by pin_close(); otherwise an exit code.
 */
int pin_open(ISCardManage *manage, const struct pin_place *place, struct pin *out);
void pin_close(struct pin *pin);

/* Asks the card. Failures are told. A card that cannot be asked does not say. */
int pin_ask(struct pin *pin, struct pin_state *out);

/*
 * Whether the code may be shown: not to a card where it is blocked, nor, unless `last_try`, where one try is
 * left. EXIT_CODE after a message.
 */
int pin_guard(struct pin *pin, bool last_try);

/*
 * Shows a code that was accepted before to a card that may have been reset, quietly; not where one try is
 * left. The code of the first call that fails; SCARD_W_CARD_NOT_AUTHENTICATED: there is one try left.
 */
HRESULT pin_show_again(ISCardManage *manage, const struct pin_place *place, const struct secret *code);

/* Shows, or changes, the code. The codes of ISCardVerify::Verify and ChangeCode. */
HRESULT pin_show(struct pin *pin, const struct secret *code);
HRESULT pin_change(struct pin *pin, const struct secret *former, const struct secret *wanted);

/*
 * Unblocks the code with a resetting code of 8 digits, or 9 without a zero in front, which is what
 * ISCardVerify::Unblock can carry; another one: SCARD_E_INVALID_CHV, and nothing is sent.
 */
HRESULT pin_unblock(struct pin *pin, const struct secret *resetting);

/*
 * Unblocks it with a resetting code, whatever it looks like, and gives it a new value:
 * scardssp_verify_renew().
 */
HRESULT pin_renew(struct pin *pin, const struct secret *resetting, const struct secret *wanted);

/*
 * Whether the reader asks for the code: it has a PIN pad for that, and the user has named no other way.
 * Quietly no where it cannot be asked.
 */
bool pin_wants_pad(struct pin *pin, const struct secret_source *source, bool change);

/*
 * The same at the reader's PIN pad, where the user is asked to type: scardssp_pin_pad_verify() and
 * _change().
 */
HRESULT pin_show_on_pad(struct pin *pin);
HRESULT pin_change_on_pad(struct pin *pin);

/* Tells why the card did not take it, and how many tries are left. Returns EXIT_CODE,
 * or EXIT_CARD. */
int pin_complain(struct pin *pin, HRESULT hr, struct pin_state *state);

/* The same of a resetting code. */
int pin_complain_of_resetting(struct pin *pin, HRESULT hr);

#endif
