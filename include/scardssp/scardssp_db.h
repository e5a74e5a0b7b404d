/*
 * scardssp_db.h: the card database, which ISCardDatabase and ISCardLocate read and only these calls change.
 *
 * It holds types of cards that have been introduced, and groups of readers, in two parts: the user's own
 * and the system's, which all users see. Both are read together; the user's type hides the system's of the
 * same name. What a call has changed survives a kill or a loss of power at any moment.
 *
 * Text is UTF-8, status codes are SCARD_* numbers as HRESULT. Functions may be called from any thread, also
 * from within a visitor. Each takes message (may be NULL) of message_size bytes: one sentence on why it
 * failed, where there is more to say than the code does, e.g. which file is damaged; otherwise it is empty.
 * scope: SCARDSSP_DB_USER or SCARDSSP_DB_SYSTEM. user: whatever the caller likes, handed to the visitor as
 * it is.
 *
 * All return E_INVALIDARG for an argument that is not as described, E_OUTOFMEMORY, SCARD_F_INTERNAL_ERROR
 * (a file is damaged, foreign or of a newer version; it is left as it is), SCARD_E_NO_ACCESS (no right to
 * read or write there), SCARD_E_SERVER_TOO_BUSY (other programs kept the file locked).
 */
#ifndef SCARDSSP_DB_PUBLIC_H
#define SCARDSSP_DB_PUBLIC_H

#include <stddef.h>
#include <stdint.h>

#ifndef _WIN32
#include "scarderr.h" /* the numbers that are returned, also beside <winscard.h> */
#endif

#ifdef __cplusplus
extern "C" {
#endif
#ifndef _WIN32
#pragma GCC visibility push(default)
#endif

/* Where a change goes. */
#define SCARDSSP_DB_USER 0u
#define SCARDSSP_DB_SYSTEM 1u

/*
 * For the provider of a type that is introduced: the class of this library (ProgID SCardSSP.SCardManage),
 * which works with any card of ISO/IEC 7816-4. Where no interfaces are named, the type gets those it can
 * make.
 */
#define SCARDSSP_DB_PROVIDER_ISO "iso"

/* A type of cards. Identifiers are GUIDs in registry form, "{E126F8FE-A7AF-11D0-B88A-00C04FD424B9}". */
struct scardssp_card_type {
    const char *name;     /* 1 to 255 bytes, no control characters; upper and lower ASCII case are one */
    const uint8_t *atr;   /* what its answer to reset is ... */
    const uint8_t *mask;  /* ... where a bit is set here, atr_size bytes; NULL when introducing: every bit */
    size_t atr_size;      /* 1 to 36 bytes; cards with an ATR of another size are none of it */
    const char *provider; /* its primary service provider; NULL: none; introducing: see below, too */
    const char *const *interfaces; /* what it supports; may be NULL when there are none */
    size_t interface_count;        /* at most 256 */
};

/* Gets one type, valid during the call. Returns 0 to go on, anything else to see no more. */
typedef int (*scardssp_card_type_visitor)(void *user, const struct scardssp_card_type *type);

/* Gets one name, valid during the call. Returns 0 to go on, anything else to see no more. */
typedef int (*scardssp_name_visitor)(void *user, const char *name);

/* Introduces a type, or replaces the one of this name in this part of the database. E_POINTER: type NULL. */
int32_t scardssp_db_introduce(uint32_t scope, const struct scardssp_card_type *type, char *message,
                              size_t message_size);

/* Forgets a type. SCARD_E_UNKNOWN_CARD: no such name in this part of the database. E_POINTER: name NULL. */
int32_t scardssp_db_forget(uint32_t scope, const char *name, char *message, size_t message_size);

/*
 * Visits the introduced types by name: all, or those that match an ATR (atr not NULL, atr_size 1 to 36
 * bytes). For an ATR that none matches, the simulated cards that come with the library are visited where they
 * do. None: S_OK. E_POINTER: visitor NULL.
 */
int32_t scardssp_db_cards(const uint8_t *atr, size_t atr_size, scardssp_card_type_visitor visitor, void *user,
                          char *message, size_t message_size);

/* Visits one type. SCARD_E_UNKNOWN_CARD: there is none of this name. E_POINTER: name or visitor NULL. */
int32_t scardssp_db_card(const char *name, scardssp_card_type_visitor visitor, void *user, char *message,
                         size_t message_size);

/*
 * Visits the names that the public list of ATRs (pcsc-tools' smartcard_list.txt) has for an ATR of 1 to 36
 * bytes, in its order. SCARD_E_NO_FILE: there is no such list on this machine, or an empty one; message says
 * where it was looked for and how to get one. E_POINTER: atr or visitor NULL.
 */
int32_t scardssp_public_names(const uint8_t *atr, size_t atr_size, scardssp_name_visitor visitor, void *user,
                              char *message, size_t message_size);

/*
 * Which file scardssp_public_list() names: the one that scardssp_public_names() reads, or where a user may
 * put a newer one, which goes before all others; none need be there.
 */
#define SCARDSSP_LIST_USED 0u
#define SCARDSSP_LIST_OWN 1u

/*
 * The path of the public list of ATRs, in UTF-8, into path of `room` bytes. SCARD_E_NO_FILE: there is no
 * list, or, for a user's own, no home; SCARD_E_INSUFFICIENT_BUFFER; E_INVALIDARG: no such file is known;
 * E_OUTOFMEMORY; E_POINTER: path NULL, or without room. path is "" then, where it has room.
 */
int32_t scardssp_public_list(uint32_t which, char *path, size_t room);

/*
 * Groups of readers. A group is there while it has a reader; which readers are plugged in does not matter.
 * Names are as those of types; those that begin with "SCard$" belong to the system and are E_INVALIDARG.
 */

/* Visits the groups by name. E_POINTER: visitor NULL. */
int32_t scardssp_db_groups(scardssp_name_visitor visitor, void *user, char *message, size_t message_size);

/* Visits the readers of a group by name; no such group: none. E_POINTER: group or visitor NULL. */
int32_t scardssp_db_group_readers(const char *group, scardssp_name_visitor visitor, void *user, char *message,
                                  size_t message_size);

/*
 * Puts a reader, by its exact name, into a group. SCARD_E_DUPLICATE_READER: it is there already. E_POINTER.
 */
int32_t scardssp_db_group_add(uint32_t scope, const char *group, const char *reader, char *message,
                              size_t message_size);

/* Takes a reader out of a group. SCARD_E_UNKNOWN_READER: it is not there. E_POINTER. */
int32_t scardssp_db_group_remove(uint32_t scope, const char *group, const char *reader, char *message,
                                 size_t message_size);

/* Forgets a group with all its readers. SCARD_E_UNKNOWN_READER: it has none. E_POINTER. */
int32_t scardssp_db_group_forget(uint32_t scope, const char *group, char *message, size_t message_size);

#ifndef _WIN32
#pragma GCC visibility pop
#endif
#ifdef __cplusplus
}
#endif

#endif
