/*
 * purse.h: what the provider purse.c offers and the clients balance.c and services.c use. One interface of
 * our own, written by hand: three slots of IUnknown, then ours. From C call
 * purse->lpVtbl->GetBalance(purse, ...). The same object has ISCardManage.
 */
#ifndef PURSE_H
#define PURSE_H

#include "scardssp.h"

typedef struct IDemoPurse IDemoPurse;

typedef struct IDemoPurseVtbl {
    HRESULT(STDMETHODCALLTYPE *QueryInterface)(IDemoPurse *purse, REFIID iid, void **out);
    ULONG(STDMETHODCALLTYPE *AddRef)(IDemoPurse *purse);
    ULONG(STDMETHODCALLTYPE *Release)(IDemoPurse *purse);

    /*
     * Reads what is in the purse of a card. The card is attached; it is locked meanwhile. card NULL: the one
     * that this object has attached as ISCardManage. SCARD_E_CARD_UNSUPPORTED: the card has no such purse;
     * E_POINTER; what ISCard returned. *units is 0 unless S_OK is returned.
     */
    HRESULT(STDMETHODCALLTYPE *GetBalance)(IDemoPurse *purse, ISCard *card, LONG *units);
} IDemoPurseVtbl;

struct IDemoPurse {
    const IDemoPurseVtbl *lpVtbl;
};

/* The class: what purse.provider names, and the card database as provider of this type of cards. */
DEFINE_GUID(CLSID_DemoPurse, 0x5C2D9A10, 0x3F4E, 0x4B6A, 0x9C, 0x1D, 0x7E, 0x52, 0x10, 0x8A, 0xB3, 0x01);
DEFINE_GUID(IID_IDemoPurse, 0x5C2D9A11, 0x3F4E, 0x4B6A, 0x9C, 0x1D, 0x7E, 0x52, 0x10, 0x8A, 0xB3, 0x01);

#endif
