/*
 * The commands: one handler each, in the file of its group, and how they find what a reference means.
 * dispatch.c has the table; a SIM's commands (gsm/) call some of them.
 */
#ifndef SCARDSSP_SIM_COMMANDS_H
#define SCARDSSP_SIM_COMMANDS_H

#include "icc/os.h"

/* An instruction that no standard has: see directory.c. */
#define SIM_INS_LIST_FILES 0xAA

/* select.c, directory.c */
command_handler sim_select, sim_activate_file, sim_deactivate_file, sim_list_files;

/* binary.c */
command_handler sim_read_binary, sim_write_binary, sim_update_binary, sim_erase_binary;

/* binaryobject.c: the odd instructions */
command_handler sim_read_binary_object, sim_write_binary_object, sim_update_binary_object,
    sim_erase_binary_object;

/* record.c */
command_handler sim_read_record, sim_write_record, sim_update_record, sim_append_record;

/* pin.c */
command_handler sim_verify, sim_change_reference, sim_reset_retry, sim_disable_pin, sim_enable_pin;

/* auth.c */
command_handler sim_get_challenge, sim_internal_authenticate, sim_external_authenticate;

/* dataobject.c */
command_handler sim_get_data, sim_put_data;

/* management/creation.c, management/deletion.c */
command_handler sim_create_file, sim_delete_file;

/* channel.c */
command_handler sim_manage_channel;

/* envelope.c */
command_handler sim_get_response;

/* Place of the PIN / key that a reference means in this channel, -1: there is none. */
int sim_pin_find(const struct sim_card *card, const struct channel *channel, uint8_t reference);
int sim_key_find(const struct sim_card *card, const struct channel *channel, uint8_t reference);

/*
 * CHANGE REFERENCE DATA of the PIN's PUK, where that has a reference of its own: the old value, then the new
 * one, `size` bytes in all. Returns the SW.
 */
uint16_t sim_puk_change(struct pin *pin, const uint8_t *bytes, uint32_t size);

#endif
