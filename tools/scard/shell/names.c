/* What files and applications are called: see names.h. */
#include "shell/names.h"

#include <string.h>
#include <strings.h>

#define PREFIX_SIZE 3u

/* Applications that have no tables of files here, or no files. */
static const struct application isim = {.name = "ISIM",
                                        .meaning = "subscriber of IP multimedia (3GPP TS 31.103)",
                                        .aid = {0xA0, 0x00, 0x00, 0x00, 0x87, 0x10, 0x04},
                                        .aid_size = 7};
static const struct application pkcs15 = {
    .name = "PKCS15",
    .meaning = "keys and certificates (ISO/IEC 7816-15)",
    .aid = {0xA0, 0x00, 0x00, 0x00, 0x63, 0x50, 0x4B, 0x43, 0x53, 0x2D, 0x31, 0x35},
    .aid_size = 12};
static const struct application fido = {.name = "FIDO",
                                        .meaning = "security key (FIDO U2F, CTAP2)",
                                        .aid = {0xA0, 0x00, 0x00, 0x06, 0x47, 0x2F, 0x00, 0x01},
                                        .aid_size = 8};
static const struct application pse = {.name = "PSE",
                                       .meaning = "payment system environment (EMV Book 1)",
                                       .aid = "1PAY.SYS.DDF01",
                                       .aid_size = 14};
static const struct application ppse = {.name = "PPSE",
                                        .meaning = "the same without contacts (EMV Book B)",
                                        .aid = "2PAY.SYS.DDF01",
                                        .aid_size = 14};

const struct application *const names_applications[] = {&names_card,    &names_usim,     &isim,   &names_piv,
                                                        &names_openpgp, &names_passport, &pkcs15, &fido,
                                                        &pse,           &ppse,           NULL};

const struct application *names_application(const uint8_t *aid, size_t size) {
    for (const struct application *const *at = names_applications + 1; *at; ++at)
        if ((*at)->aid_size <= size && memcmp((*at)->aid, aid, (*at)->aid_size) == 0)
            return *at;
    return NULL;
}

const struct application *names_application_called(const char *name) {
    for (const struct application *const *at = names_applications + 1; *at; ++at)
        if (strcasecmp((*at)->name, name) == 0)
            return *at;
    return NULL;
}

const struct file_name *names_file(const struct application *application, uint16_t parent, uint16_t id) {
    const struct application *table = application ? application : &names_card;
    for (size_t i = 0; i < table->count; ++i)
        if (table->files[i].parent == parent && table->files[i].id == id)
            return &table->files[i];
    return NULL;
}

/* "EF.IMSI" and "DF.GSM" are called "imsi" and "gsm", too. */
static bool is_called(const char *whole, const char *name) {
    const bool prefixed = strncmp(whole, "EF.", PREFIX_SIZE) == 0 || strncmp(whole, "DF.", PREFIX_SIZE) == 0;
    return strcasecmp(whole, name) == 0 || (prefixed && strcasecmp(whole + PREFIX_SIZE, name) == 0);
}

const struct file_name *names_file_called(const struct application *application, uint16_t parent,
                                          const char *name) {
    const struct application *table = application ? application : &names_card;
    for (size_t i = 0; i < table->count; ++i)
        if (table->files[i].parent == parent && is_called(table->files[i].name, name))
            return &table->files[i];
    return NULL;
}
