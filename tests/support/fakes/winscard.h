/*
 * Windows' smart card service in the process: the functions of winscard.dll over the simulator's readers and
 * cards, with the manners of Windows (their errors, transactions that a reconnection ends, the reset of a
 * card in an idle transaction, a service that is stopped and started) and faults on request. Several programs
 * may use it at once, from any thread: the backend under test is one, a test that calls fake_winscard_api
 * itself is another. Used by tests/backends/winscard/test_*.c.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_FAKES_WINSCARD_H
#define SCARDSSP_TESTS_SUPPORT_FAKES_WINSCARD_H

#include "backends/winscard/api.h"

/*
 * The reader it starts with, holding the demo card: not ASCII, and with a character outside the basic plane.
 */
#define FAKE_READER "Lecteur \xC3\xA0 puce \xF0\x9F\x98\x80 00"
#define FAKE_READER_WIDE L"Lecteur \u00E0 puce \U0001F600 00"

enum fake_call {
    FAKE_ESTABLISH,
    FAKE_RELEASE,
    FAKE_CANCEL,
    FAKE_LIST_READERS,
    FAKE_LIST_GROUPS,
    FAKE_STATUS_CHANGE,
    FAKE_CONNECT,
    FAKE_RECONNECT,
    FAKE_DISCONNECT,
    FAKE_BEGIN,
    FAKE_END,
    FAKE_STATUS,
    FAKE_TRANSMIT,
    FAKE_CONTROL,
    FAKE_GET_ATTRIB,
    FAKE_SET_ATTRIB,
    FAKE_CALLS
};

#define FAKE_SCRIPT 64
/* for scripts: the call waits for fake_winscard_go(), then goes on as always */
#define FAKE_STALL 0x7F000001L
#define FAKE_MUTE 0x7F000002L         /* the call comes back when it is cancelled: the card does not answer */
#define FAKE_CONTROL_ECHO 0x00310800u /* a control code that the reader knows: it answers what it gets */

/* How it behaves; fake_winscard_open() sets what is said here. */
struct fake_winscard {
    struct rm_service *sim;  /* for the hand at the reader: sim_remove() and so on */
    bool keeps_transactions; /* over a reconnection; false */
    bool tells_no_unknown;   /* SCardGetStatusChange shows an unknown reader by its state only; false */
    bool knows_no_pnp;       /* the pseudo reader is an unknown one; false */
    bool counts_nothing;     /* it does not wake for the count in a state; false */
    bool sleeps;             /* when it is stopped: for want of a reader, as since Windows 8; false */
    bool names_readers;      /* by an attribute, also on a connection with a notice; false */
    DWORD idle_ms;           /* how long a transaction may be idle; 5000 */

    /* Instead of what is true, where set. Sizes in characters or bytes. */
    const wchar_t *names; /* of readers, groups, and SCardStatus */
    DWORD names_size;     /* how many there are; what is claimed */
    DWORD card_state;     /* of SCardStatus */
    DWORD protocol;       /* of SCardConnect, SCardReconnect, SCardStatus */
    DWORD claim;          /* size of ATRs, answers and attributes */

    /* What was asked last. */
    DWORD share, protocols, disposition, initialization, code, timeout, sent_size, room;
    BYTE sent[64];
};

extern struct fake_winscard fake;
extern const struct winscard_api fake_winscard_api;

/* Begins afresh with the demo card in FAKE_READER and a service that runs. false: no memory. */
bool fake_winscard_open(void);

/* Ends everything. false: somebody has left a context or a connection behind. */
bool fake_winscard_close(void);

/*
 * Scripts the next answers of a call: codes instead of what it does, 0: what it does, FAKE_STALL, FAKE_MUTE.
 */
void fake_winscard_script(enum fake_call call, LONG first, LONG second);

/* How often a call was made since the beginning or the last script for it. */
unsigned fake_winscard_count(enum fake_call call);

/* Lets calls that stall go on. */
void fake_winscard_go(void);

/*
 * Stops the service: contexts and connections end, calls that are blocked return SCARD_E_SERVICE_STOPPED.
 * Starts it: the former handles stay unknown.
 */
void fake_winscard_stop(void);
void fake_winscard_start(void);

/* Contexts that are open. */
unsigned fake_winscard_contexts(void);

#endif
