/* Faults of a connection that pass, in words. Called by watch.c and transfer/. */
#include "talk/trouble.h"

const char *trouble_text(HRESULT hr) {
    switch ((uint32_t)hr) {
    case (uint32_t)SCARD_W_RESET_CARD:
        return "Another program has reset the card.";
    case (uint32_t)SCARD_W_UNPOWERED_CARD:
        return "Another program has powered the card off.";
    case (uint32_t)SCARD_W_REMOVED_CARD:
    case (uint32_t)SCARD_E_NO_SMARTCARD:
        return "The card has been taken out; waiting for one.";
    case (uint32_t)SCARD_E_READER_UNAVAILABLE:
    case (uint32_t)SCARD_E_UNKNOWN_READER:
        return "The reader is gone; waiting for it.";
    case (uint32_t)SCARD_E_NO_SERVICE:
    case (uint32_t)SCARD_E_SERVICE_STOPPED:
        return "The smart card service has stopped; waiting for it.";
    case (uint32_t)SCARD_E_SHARING_VIOLATION:
        return "Another program holds the card exclusively; waiting.";
    case (uint32_t)SCARD_E_NOT_TRANSACTED:
    case (uint32_t)SCARD_E_COMM_DATA_LOST:
    case (uint32_t)SCARD_F_COMM_ERROR:
        return "The contact to the card was lost; trying again.";
    default:
        return NULL;
    }
}
