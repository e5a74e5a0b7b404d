/* What SELECT and STATUS of a SIM answer about a file. Called by gsm.c. */
#include "icc/gsm/response.h"

#include <string.h>

#include "icc/answer.h"
#include "icc/commands.h"

#define SW1_ANSWER_WAITS 0x9F

#define CHV1 0x01
#define CHV2 0x02
#define CHV_INITIALISED 0x80
#define CHV1_DISABLED 0x80
#define TYPE_MF 1
#define TYPE_DF 2
#define TYPE_EF 4
#define ACCESS_ALWAYS 0x0
#define ACCESS_ADMINISTRATIVE 0x4
#define ACCESS_NEVER 0xF

static uint8_t chv_status(const struct secret *secret) {
    return secret->size ? (uint8_t)(CHV_INITIALISED | secret->tries) : 0;
}

static void directory_response(const struct sim_card *card, const struct file *df, uint8_t *out) {
    const int chv1 = sim_pin_find(card, &card->channels[0], CHV1);
    const int chv2 = sim_pin_find(card, &card->channels[0], CHV2);
    out[6] = df->parent ? TYPE_DF : TYPE_MF;
    out[12] = (uint8_t)(GSM_DIRECTORY_RESPONSE - 13);
    for (const struct file *file = df->child; file; file = file->next)
        out[file->kind == FILE_DF ? 14 : 15]++;
    if (chv1 >= 0) {
        out[13] = card->pins_disabled & 1u << chv1 ? CHV1_DISABLED : 0;
        out[16] = (uint8_t)(out[16] + 2);
        out[18] = chv_status(&card->pins[chv1].code);
        out[19] = chv_status(&card->pins[chv1].puk);
    }
    if (chv2 >= 0) {
        out[16] = (uint8_t)(out[16] + 2);
        out[20] = chv_status(&card->pins[chv2].code);
        out[21] = chv_status(&card->pins[chv2].puk);
    }
}

/* A condition in four bits: always, CHV1, CHV2, administrative, never (§9.3). */
static uint8_t access_nibble(const struct sim_card *card, const struct condition *condition) {
    if (condition->never)
        return ACCESS_NEVER;
    if (!condition->pins && !condition->keys)
        return ACCESS_ALWAYS;
    for (uint8_t chv = CHV1; chv <= CHV2; chv++) {
        const int place = sim_pin_find(card, &card->channels[0], chv);
        if (place >= 0 && !condition->keys && condition->pins == 1u << place)
            return chv;
    }
    return ACCESS_ADMINISTRATIVE;
}

static void file_response(const struct sim_card *card, const struct file *ef, uint8_t *out) {
    const uint32_t size = ef->kind == FILE_TRANSPARENT ? ef->size : ef->capacity * ef->record_size;
    out[2] = (uint8_t)(size >> 8);
    out[3] = (uint8_t)size;
    out[6] = TYPE_EF;
    out[7] = ef->kind == FILE_CYCLIC && !ef->access[FILE_WRITE].never ? 0x40 : 0; /* INCREASE is allowed */
    out[8] = (uint8_t)(access_nibble(card, &ef->access[FILE_READ]) << 4 |
                       access_nibble(card, &ef->access[FILE_UPDATE]));
    out[9] = (uint8_t)(access_nibble(card, &ef->access[FILE_WRITE]) << 4);
    out[10] = (uint8_t)(access_nibble(card, &ef->access[FILE_UPDATE]) * 0x11);
    out[11] = ef->deactivated ? 0 : 1;
    out[12] = 2;
    out[13] = ef->kind == FILE_TRANSPARENT ? 0 : ef->kind == FILE_CYCLIC ? 3 : 1;
    out[14] = (uint8_t)ef->record_size;
}

uint32_t sim_gsm_response(const struct sim_card *card, const struct file *file,
                          uint8_t out[GSM_RESPONSE_MAX]) {
    memset(out, 0, GSM_RESPONSE_MAX);
    out[4] = (uint8_t)(file->id >> 8);
    out[5] = (uint8_t)file->id;
    if (file->kind == FILE_DF) {
        directory_response(card, file, out);
        return GSM_DIRECTORY_RESPONSE;
    }
    file_response(card, file, out);
    return GSM_FILE_RESPONSE;
}

void sim_gsm_announce(struct sim_card *card, struct command *command, const uint8_t *bytes, uint32_t size) {
    command->limit = 0;
    command->exact = false;
    command->more_sw1 = SW1_ANSWER_WAITS;
    sim_command_append(card, command, bytes, size);
}
