/*
 * The commands of an OpenPGP card (Functional Specification of the OpenPGP application on ISO Smart Card
 * Operating Systems, version 3.4) that differ from those of ISO/IEC 7816-4, and how the card comes to have
 * them. Used by the files of this folder and by dispatch.c.
 */
#ifndef SCARDSSP_SIM_OPENPGP_COMMANDS_H
#define SCARDSSP_SIM_OPENPGP_COMMANDS_H

#include "icc/os.h"

/* References of the passwords (§7.2.2): PW1 for signatures and for the rest, which are one value, and PW3. */
enum { PASSWORD_SIGN = 0x81, PASSWORD_OTHER = 0x82, PASSWORD_ADMIN = 0x83 };

/* References of the keys in an image, in the order of the specification (§4.4.3.9). */
enum { KEY_SIGN = 0x81, KEY_DECIPHER = 0x82, KEY_AUTHENTICATE = 0x83 };

/* Objects that commands speak of (§4.4.1). */
enum { OBJECT_COUNTER = 0x93, OBJECT_PASSWORD_STATUS = 0xC4 };

#define OPENPGP_INS_SELECT_DATA 0xA5 /* 7816-4:2013 §11.5.3 */

/*
 * object.c: GET DATA and PUT DATA: objects in objects, the status of the passwords, parts of objects; SELECT
 * DATA, which chooses a certificate.
 */
command_handler sim_openpgp_get_data, sim_openpgp_put_data, sim_openpgp_select_data;

/* The object of the current directory with this tag; NULL: there is none. */
struct object *sim_openpgp_object(const struct channel *channel, uint32_t tag);

/* password.c */
command_handler sim_openpgp_verify, sim_openpgp_change_reference, sim_openpgp_reset_retry;

/* The resetting code (§4.3.4): 8 to 16 bytes, none: there is no such code. Returns the SW. */
uint16_t sim_openpgp_set_resetting_code(struct sim_card *card, struct channel *channel, const uint8_t *bytes,
                                        uint32_t size);

/* operation.c: what the private keys do, and what their public keys are. */
command_handler sim_openpgp_perform, sim_openpgp_authenticate, sim_openpgp_public_key;

/* openpgp.c: where an OpenPGP card differs from the card of ISO/IEC 7816-4. */
extern const struct command_set sim_openpgp_commands;

#endif
