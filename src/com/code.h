/*
 * Names and advice for COM's codes: those that the library returns itself, and those that can come to a
 * caller through it, from a stream that the caller handed in or from the system. The codes of smart cards are
 * rm/status.h's. Called by hresult.c.
 */
#ifndef SCARDSSP_COM_CODE_H
#define SCARDSSP_COM_CODE_H

#include <stdint.h>

struct code {
    uint32_t number;    /* an HRESULT */
    const char *name;   /* "STG_E_LOCKVIOLATION" */
    const char *advice; /* one sentence: what happened and what to do about it */
};

/* The entry of this number, static; NULL: there is none. */
const struct code *code_find(uint32_t number);

#endif
