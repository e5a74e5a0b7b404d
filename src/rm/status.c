/* Names and advice for status codes: the tool and the automation errors print them. */
#include "rm/status.h"

#include <stddef.h>

struct entry {
    rm_status status;
    const char *name;
    const char *advice;
};

static const struct entry entries[] = {
    {RM_OK, "SCARD_S_SUCCESS", "No error."},
    {RM_F_INTERNAL_ERROR, "SCARD_F_INTERNAL_ERROR",
     "The smart card service or the card database failed an internal check; restart the service, and see "
     "whether 'scard cards list' can read the database."},
    {RM_E_CANCELLED, "SCARD_E_CANCELLED", "The call was cancelled by this program."},
    {RM_E_INVALID_HANDLE, "SCARD_E_INVALID_HANDLE",
     "There is no connection to a card; attach to a reader first."},
    {RM_E_INVALID_PARAMETER, "SCARD_E_INVALID_PARAMETER", "The service refused a parameter of the call."},
    {RM_E_INVALID_TARGET, "SCARD_E_INVALID_TARGET",
     "The service's start-up information is missing or invalid."},
    {RM_E_NO_MEMORY, "SCARD_E_NO_MEMORY", "Not enough memory; close other programs and try again."},
    {RM_F_WAITED_TOO_LONG, "SCARD_F_WAITED_TOO_LONG", "The service waited too long for itself; restart it."},
    {RM_E_INSUFFICIENT_BUFFER, "SCARD_E_INSUFFICIENT_BUFFER",
     "The answer is larger than the buffer given for it."},
    {RM_E_UNKNOWN_READER, "SCARD_E_UNKNOWN_READER",
     "No reader has this name; list the readers and use the exact name."},
    {RM_E_TIMEOUT, "SCARD_E_TIMEOUT",
     "Another program kept the reader for longer than the time allowed; try again when it is done."},
    {RM_E_SHARING_VIOLATION, "SCARD_E_SHARING_VIOLATION",
     "Another program holds the card exclusively, or is connected while this one wants it exclusively; close "
     "that program, or wait until it lets the card go."},
    {RM_E_NO_SMARTCARD, "SCARD_E_NO_SMARTCARD", "There is no card in the reader; insert one."},
    {RM_E_UNKNOWN_CARD, "SCARD_E_UNKNOWN_CARD", "No card type of this name has been introduced."},
    {RM_E_CANT_DISPOSE, "SCARD_E_CANT_DISPOSE",
     "The reader cannot do this with the card (eject, for example)."},
    {RM_E_PROTO_MISMATCH, "SCARD_E_PROTO_MISMATCH",
     "The card does not speak the protocol asked for: allow T=0 and T=1; or a RAW connection left the card "
     "unreset: attach RAW once more and detach with RESET, or re-insert the card."},
    {RM_E_NOT_READY, "SCARD_E_NOT_READY", "The reader or the card is not ready yet; try again."},
    {RM_E_INVALID_VALUE, "SCARD_E_INVALID_VALUE", "The service refused the value of a parameter."},
    {RM_E_SYSTEM_CANCELLED, "SCARD_E_SYSTEM_CANCELLED",
     "The system cancelled the call, for a log-off perhaps."},
    {RM_F_COMM_ERROR, "SCARD_F_COMM_ERROR", "Communication with the service broke; try again."},
    {RM_F_UNKNOWN_ERROR, "SCARD_F_UNKNOWN_ERROR", "The service reports an error that it does not name."},
    {RM_E_INVALID_ATR, "SCARD_E_INVALID_ATR", "The card's answer to reset is malformed."},
    {RM_E_NOT_TRANSACTED, "SCARD_E_NOT_TRANSACTED",
     "There is no transaction to end, or the exchange with the card failed; check the contacts."},
    {RM_E_READER_UNAVAILABLE, "SCARD_E_READER_UNAVAILABLE", "The reader is gone; plug it in again."},
    {RM_P_SHUTDOWN, "SCARD_P_SHUTDOWN", "The operation was aborted so that the service can end."},
    {RM_E_PCI_TOO_SMALL, "SCARD_E_PCI_TOO_SMALL", "The protocol header is too small for the answer."},
    {RM_E_READER_UNSUPPORTED, "SCARD_E_READER_UNSUPPORTED",
     "The reader's driver does not meet the requirements."},
    {RM_E_DUPLICATE_READER, "SCARD_E_DUPLICATE_READER", "A reader of this name exists already."},
    {RM_E_CARD_UNSUPPORTED, "SCARD_E_CARD_UNSUPPORTED", "The card does not meet the requirements."},
    {RM_E_NO_SERVICE, "SCARD_E_NO_SERVICE",
     "The smart card service is not running; start it, or install it first (on Linux: systemctl start "
     "pcscd.socket, package pcscd; on Windows: net start SCardSvr)."},
    {RM_E_SERVICE_STOPPED, "SCARD_E_SERVICE_STOPPED",
     "The smart card service has stopped; start it again, then re-attach."},
    {RM_E_UNEXPECTED, "SCARD_E_UNEXPECTED", "The card or the service did something unexpected."},
    {RM_E_ICC_INSTALLATION, "SCARD_E_ICC_INSTALLATION", "No primary provider is registered for this card."},
    {RM_E_ICC_CREATEORDER, "SCARD_E_ICC_CREATEORDER",
     "The requested order of object creation is not supported."},
    {RM_E_UNSUPPORTED_FEATURE, "SCARD_E_UNSUPPORTED_FEATURE",
     "The reader, the protocol in use or the backend does not offer this."},
    {RM_E_DIR_NOT_FOUND, "SCARD_E_DIR_NOT_FOUND", "The card has no such directory."},
    {RM_E_FILE_NOT_FOUND, "SCARD_E_FILE_NOT_FOUND", "The card has no such file."},
    {RM_E_NO_DIR, "SCARD_E_NO_DIR", "The path does not lead to a directory on the card."},
    {RM_E_NO_FILE, "SCARD_E_NO_FILE",
     "The path does not lead to a file on the card, or no file has been selected."},
    {RM_E_NO_ACCESS, "SCARD_E_NO_ACCESS",
     "The card does not allow this now, whatever PIN is shown: the file is deactivated, or another command has "
     "to come first."},
    {RM_E_WRITE_TOO_MANY, "SCARD_E_WRITE_TOO_MANY", "The card has no room for this much data."},
    {RM_E_BAD_SEEK, "SCARD_E_BAD_SEEK", "The file pointer cannot be set there."},
    {RM_E_INVALID_CHV, "SCARD_E_INVALID_CHV",
     "No PIN of this card has this form; check its length and its characters."},
    {RM_E_UNKNOWN_RES_MNG, "SCARD_E_UNKNOWN_RES_MNG",
     "The layer below returned an error code without a meaning."},
    {RM_E_NO_SUCH_CERTIFICATE, "SCARD_E_NO_SUCH_CERTIFICATE", "The certificate does not exist."},
    {RM_E_CERTIFICATE_UNAVAILABLE, "SCARD_E_CERTIFICATE_UNAVAILABLE",
     "The certificate could not be obtained."},
    {RM_E_NO_READERS_AVAILABLE, "SCARD_E_NO_READERS_AVAILABLE", "No reader is connected; plug one in."},
    {RM_E_COMM_DATA_LOST, "SCARD_E_COMM_DATA_LOST", "Data was lost between reader and service; try again."},
    {RM_E_NO_KEY_CONTAINER, "SCARD_E_NO_KEY_CONTAINER", "The card has no such key container."},
    {RM_E_SERVER_TOO_BUSY, "SCARD_E_SERVER_TOO_BUSY", "The smart card service is too busy; try again."},
    {RM_E_PIN_CACHE_EXPIRED, "SCARD_E_PIN_CACHE_EXPIRED",
     "The PIN that was kept is no longer valid; ask for it again."},
    {RM_E_NO_PIN_CACHE, "SCARD_E_NO_PIN_CACHE", "The PIN of this card cannot be kept; present it each time."},
    {RM_E_READ_ONLY_CARD, "SCARD_E_READ_ONLY_CARD", "The card cannot be written."},
    {RM_W_UNSUPPORTED_CARD, "SCARD_W_UNSUPPORTED_CARD",
     "The reader cannot communicate with this kind of card."},
    {RM_W_UNRESPONSIVE_CARD, "SCARD_W_UNRESPONSIVE_CARD",
     "The card does not answer; clean or re-insert it, or re-attach with UNPOWER."},
    {RM_W_UNPOWERED_CARD, "SCARD_W_UNPOWERED_CARD", "The card has been powered off; re-attach."},
    {RM_W_RESET_CARD, "SCARD_W_RESET_CARD",
     "Another program has reset the card; re-attach, then repeat what was set up."},
    {RM_W_REMOVED_CARD, "SCARD_W_REMOVED_CARD", "The card has been removed; insert it and re-attach."},
    {RM_W_SECURITY_VIOLATION, "SCARD_W_SECURITY_VIOLATION",
     "The card wants a PIN or an authentication first; or the smart card service does not let this program "
     "in: on Linux, polkit allows cards to those who sit at "
     "the machine "
     "itself, and an administrator allows others, a group say, by a file in /etc/polkit-1/rules.d ('man "
     "scard' has one) or "
     "by starting pcscd with --disable-polkit (from 2.0 on); or all of pcscd's 200 clients are taken, and "
     "some must end."},
    {RM_W_WRONG_CHV, "SCARD_W_WRONG_CHV", "The PIN is wrong; the card allows a few more tries only."},
    {RM_W_CHV_BLOCKED, "SCARD_W_CHV_BLOCKED",
     "The PIN is blocked after too many wrong tries; unblock it first."},
    {RM_W_EOF, "SCARD_W_EOF", "The end of the file has been reached."},
    {RM_W_CANCELLED_BY_USER, "SCARD_W_CANCELLED_BY_USER",
     "The user cancelled, or nobody inserted a card in time."},
    {RM_W_CARD_NOT_AUTHENTICATED, "SCARD_W_CARD_NOT_AUTHENTICATED", "No PIN was presented to the card."},
    {RM_W_CACHE_ITEM_NOT_FOUND, "SCARD_W_CACHE_ITEM_NOT_FOUND",
     "The cache of this card does not have the item; read it from the card."},
    {RM_W_CACHE_ITEM_STALE, "SCARD_W_CACHE_ITEM_STALE",
     "The item in the cache is older than the card's; read it from the card."},
    {RM_W_CACHE_ITEM_TOO_BIG, "SCARD_W_CACHE_ITEM_TOO_BIG",
     "The item is too big for the cache; do without it."},
};

static const struct entry *entry_find(rm_status status) {
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; ++i)
        if (entries[i].status == status)
            return &entries[i];
    return NULL;
}

const char *rm_status_name(rm_status status) {
    const struct entry *entry = entry_find(status);
    return entry ? entry->name : NULL;
}

const char *rm_status_advice(rm_status status) {
    const struct entry *entry = entry_find(status);
    return entry ? entry->advice : "The layer below returned a code that has no meaning here.";
}
