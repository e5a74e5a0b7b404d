/*
 * Which commands carry a PIN or a key: the one table for everybody who shows commands. Used by the tracer
 * and, through scardssp_rm.h, by the tool.
 */
#ifndef SCARDSSP_APDU_SECRET_H
#define SCARDSSP_APDU_SECRET_H

#include <stddef.h>
#include <stdint.h>

enum secret {
    SECRET_NONE,    /* nothing in the command is one */
    SECRET_PERHAPS, /* its data may hold one: ENVELOPE, the rest of a chain; not to be shown either */
    SECRET_CERTAIN  /* its data is a PIN or a key, or has one in it */
};

/*
 * Judges a command of `size` bytes by class, instruction and, where a command has many uses, parameters and
 * data: PINs (VERIFY and its kin in every class, the CHV commands of GSM among them) and keys (LOAD KEYS and
 * sector trailers of PC/SC part 3, PUT KEY of GlobalPlatform, private keys in PUT DATA, ChangeKey of DESFire,
 * ...). *front: how many bytes may be shown from its front, *back: how many (the Le field) from its end; what
 * lies between is the command data. Of a command that is no well-formed APDU only the header is shown then:
 * whoever forgot Lc has the PIN start right behind it. SECRET_NONE: *front is the size, *back 0. (An answer
 * to a challenge, as in EXTERNAL AUTHENTICATE, gives nothing away.)
 */
enum secret secret_find(const uint8_t *command, size_t size, size_t *front, size_t *back);

#endif
