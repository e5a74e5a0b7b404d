/* What a SIM answers about a file to SELECT and STATUS (GSM 11.11 §9.2.1), and how it announces answers. */
#ifndef SCARDSSP_SIM_GSM_RESPONSE_H
#define SCARDSSP_SIM_GSM_RESPONSE_H

#include "icc/os.h"

#define GSM_DIRECTORY_RESPONSE 23u
#define GSM_FILE_RESPONSE 15u
#define GSM_RESPONSE_MAX GSM_DIRECTORY_RESPONSE

/* Writes the response for a file of any kind; returns its size. */
uint32_t sim_gsm_response(const struct sim_card *card, const struct file *file,
                          uint8_t out[GSM_RESPONSE_MAX]);

/* Leaves the answer for GET RESPONSE and announces it by 9Fxx, on T=1 as well. */
void sim_gsm_announce(struct sim_card *card, struct command *command, const uint8_t *bytes, uint32_t size);

#endif
