/*
 * What files and applications of cards are called by those who specify them, by tables: EF.IMSI, CHUID. Used
 * by the shell, which shows names beside identifiers and takes them in paths.
 */
#ifndef SCARD_SHELL_NAMES_H
#define SCARD_SHELL_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The directory that a name is of: an identifier, or one of these. */
#define NAMES_MF 0x3F00u /* the master file */
#define NAMES_TOP 0u     /* of an application: itself */

/* What the content of a file is, where that can be said in words. */
enum names_content {
    NAMES_BYTES,   /* nothing is known */
    NAMES_OBJECTS, /* BER-TLV data objects */
    NAMES_TEXT,    /* characters, filled up with FF */
    NAMES_ICCID,   /* decimal digits, the first one low, F to the end (ETSI TS 102 221 13.2) */
    NAMES_IMSI     /* length, then digits of which the first is none (3GPP TS 31.102 4.2.2) */
};

struct file_name {
    uint16_t parent; /* the directory it is in */
    uint16_t id;
    const char *name;    /* "EF.IMSI" */
    const char *meaning; /* "the subscriber's identity" */
    enum names_content content;
};

#define APPLICATION_AID_MAX 16u

struct application {
    const char *name;    /* "PIV"; also the name of a path that leads to it */
    const char *meaning; /* "personal identity verification" */
    uint8_t aid[APPLICATION_AID_MAX];
    uint8_t aid_size; /* names that begin so are its */
    uint8_t pin;      /* the reference of its first PIN; 0: 01 */
    const struct file_name *files;
    size_t count;
};

/* The tables, NULL behind the last one; the first one holds for the master file and what is below it. */
extern const struct application *const names_applications[];
extern const struct application names_card;
extern const struct application names_usim;
extern const struct application names_piv;
extern const struct application names_openpgp;
extern const struct application names_passport;

/* The application whose names begin as this one does; NULL: nobody knows it. */
const struct application *names_application(const uint8_t *aid, size_t size);

/* The application that is called so; the case of letters does not count. NULL: there is none. */
const struct application *names_application_called(const char *name);

/*
 * The file with that identifier in a directory of an application (NULL: of the card); NULL: nobody has named
 * it.
 */
const struct file_name *names_file(const struct application *application, uint16_t parent, uint16_t id);

/*
 * The file that is called so there; "EF." or "DF." in front may be left out, and the case of letters does not
 * count. NULL: there is none.
 */
const struct file_name *names_file_called(const struct application *application, uint16_t parent,
                                          const char *name);

#endif
