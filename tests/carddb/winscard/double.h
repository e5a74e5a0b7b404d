/*
 * Windows' functions of the card database, played: what they were asked, and what they say. Used by
 * test_winscard.c.
 */
#ifndef SCARDSSP_TESTS_CARDDB_WINSCARD_DOUBLE_H
#define SCARDSSP_TESTS_CARDDB_WINSCARD_DOUBLE_H

#include "carddb/winscard/api.h"

/* The context that they give. */
#define DOUBLE_CONTEXT ((SCARDCONTEXT)0x5CA4D)

/* Zeroed by the test before each case. */
extern struct winscard_double {
    unsigned open, established, freed;
    DWORD scope;
    LONG establish, answer, forget, provider, interfaces;
    SCARDCONTEXT context; /* that of the last call */
    char call[40];
    wchar_t name[64], other[64];
    size_t other_size; /* characters of a multi-string, its NULs included */
    GUID guids[4];
    bool has_guids, has_provider, has_atr;
    GUID primary;
    DWORD guid_count;
    BYTE atr[80], mask[CARDDB_ATR_MAX];
    DWORD atr_size;
    const wchar_t *list; /* the answer of a listing */
    DWORD list_size;
    GUID given[3]; /* the interfaces of a type */
    DWORD given_count;
} winscard_double;

extern const struct carddb_winscard_api winscard_double_api;

#endif
