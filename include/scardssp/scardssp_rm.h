/*
 * scardssp_rm.h: which resource manager this process uses, and what it sees.
 *
 * The objects find cards through one resource manager per process: "system" (the PC/SC service) unless the
 * environment variable SCARDSSP_RM or scardssp_use_rm() says otherwise. Text is UTF-8, status codes are
 * SCARD_* numbers as HRESULT. Functions may be called from any thread. user: whatever the caller likes,
 * handed to the visitor as it is. reader: the exact name of a reader.
 */
#ifndef SCARDSSP_RM_PUBLIC_H
#define SCARDSSP_RM_PUBLIC_H

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

/*
 * Chooses the resource manager: "system", "sim" (three readers, each with one of the cards that come with the
 * library), "sim:FILE" (FILE: a card image or a list of readers, docs/card-image.md), "sim:" (no reader yet);
 * scardssp_list_backends() tells all. Several at once have commas between them: "system,sim:FILE". A comma
 * belongs to FILE unless the name of a backend comes next, with a colon or a comma behind it, or nothing.
 * Of several those that cannot be had take no other with them; scardssp_used_backends() tells which, and they
 * are tried again.
 * Must come before the first object that needs one: afterwards E_UNEXPECTED. E_INVALIDARG: no such resource
 * manager, or FILE is bad; message (may be NULL) of message_size bytes then says why. Overrides SCARDSSP_RM.
 */
int32_t scardssp_use_rm(const char *spec, char *message, size_t message_size);

/* A backend: where readers come from. Text is valid during the call that gets it. */
struct scardssp_backend {
    const char *name;     /* "sim"; of one in use as it was chosen: "sim:cards.json" */
    const char *summary;  /* what it is, in few words */
    const char *argument; /* what "NAME:ARGUMENT" means; NULL: it takes none */
    int32_t status;       /* S_OK: it can be used here and now, or works; else why not */
    const char *cause;    /* the same in words; NULL: only the status is known */
    const char *remedy;   /* what to do about it; NULL: it works */
};

/* Gets one backend. */
typedef void (*scardssp_backend_visitor)(void *user, const struct scardssp_backend *backend);

/*
 * Tells all backends of this library for this system, whatever resource manager is in use, and tries which
 * can be used here and now: each is made as SCARDSSP_RM with its name alone would, or with the argument that
 * takes what is there (ifd:auto), and given up again. May take as long as the PC/SC service takes to start.
 * E_POINTER: visitor NULL.
 */
int32_t scardssp_list_backends(scardssp_backend_visitor visitor, void *user);

/*
 * Tells the backends that the resource manager of this process is made of, one or several, and what has
 * become of each, as of the last call that asked for its readers. The codes of scardssp_list_readers() where
 * there can be no resource manager; E_POINTER: visitor NULL.
 */
int32_t scardssp_used_backends(scardssp_backend_visitor visitor, void *user);

/*
 * Switches the trace on stderr on or off: 0 off, 1 a line for each call to the resource manager, 2 also the
 * bytes of commands and answers, without PINs and keys. Must come before the first object that needs a
 * resource manager, and before scardssp_use_rm(): afterwards E_UNEXPECTED. E_INVALIDARG: another level.
 * Overrides SCARDSSP_TRACE; of several calls the last counts. From any thread.
 */
int32_t scardssp_trace(uint32_t level);

/*
 * Records each call to the resource manager behind the end of the file `path`, for programs to read: a
 * line of JSON for each call that has ended, with the bytes of commands (PINs and keys left out), of
 * answers and of ATRs, and one before that for a call whose end may have to be waited for. Whatever the
 * level of the trace. Several threads and processes may share the file; each line is written whole and at
 * once. docs/trace.md tells what stands in it, 'scard trace' makes other forms of it. path NULL or "":
 * none, in place of what SCARDSSP_TRACE_RECORD names. When: as scardssp_trace(). E_UNEXPECTED,
 * E_OUTOFMEMORY. Where the file cannot be opened, that is told on stderr, and nothing is recorded.
 */
int32_t scardssp_trace_record(const char *path);

/*
 * Names of the readers as a multi-string (NUL after each, an empty one at the end). *size in: bytes of room,
 * out: bytes needed. names NULL: only the size. SCARD_E_NO_SERVICE, SCARD_E_INSUFFICIENT_BUFFER; no reader at
 * all: S_OK and an empty list; E_POINTER: size NULL.
 */
int32_t scardssp_list_readers(char *names, size_t *size);

/* What a reader holds, without connecting to the card. */
struct scardssp_reader_state {
    uint32_t state;    /* SCARD_STATE_* bits of WinSCard; the high 16 bits count insertions and removals */
    uint8_t atr[36];   /* answer to reset */
    uint32_t atr_size; /* its bytes, 0 without a card */
};

/*
 * The state of one reader; waits up to timeout_ms for one that differs from out->state as it comes in
 * (0: does not wait, tells what is). SCARD_E_TIMEOUT: no change in that time, *out holds the state all the
 * same. SCARD_E_UNKNOWN_READER, SCARD_E_NO_SERVICE, E_POINTER.
 */
int32_t scardssp_get_reader_state(const char *reader, struct scardssp_reader_state *out, uint32_t timeout_ms);

/*
 * One reader, as scardssp_each_reader() tells it. name and state are the library's and end with the call.
 * Returns 0 to hear of no more readers.
 */
typedef int (*scardssp_reader_visitor)(void *user, const char *name,
                                       const struct scardssp_reader_state *state);

/*
 * Tells all readers and what they hold, in the order of scardssp_list_readers(), in one conversation with the
 * resource manager. No reader at all: S_OK, and visit is not called. A reader that goes meanwhile is told
 * with SCARD_STATE_UNKNOWN or SCARD_STATE_UNAVAILABLE, or left out. visit is called on this thread, with
 * nothing locked. SCARD_E_NO_SERVICE, E_OUTOFMEMORY; E_POINTER: visit NULL.
 */
int32_t scardssp_each_reader(scardssp_reader_visitor visit, void *user);

/*
 * An attribute of a reader, by its number in PC/SC part 3 (0x00010103: its serial number, 0x00010100: its
 * vendor). Connects to the reader for a moment (DIRECT), not to a card in it. *size in: bytes of room, out:
 * bytes of the value; text may come with its NUL or without. SCARD_E_UNSUPPORTED_FEATURE: it has none such;
 * SCARD_E_INSUFFICIENT_BUFFER; SCARD_E_SHARING_VIOLATION, SCARD_E_TIMEOUT: another program keeps the reader,
 * which is waited for half a second at most; SCARD_E_UNKNOWN_READER, SCARD_E_NO_SERVICE; E_INVALIDARG: reader
 * NULL or empty; E_POINTER: value or size NULL.
 */
int32_t scardssp_get_reader_attribute(const char *reader, uint32_t id, uint8_t *value, size_t *size);

/* Voltages of cards (ISO/IEC 7816-3 §5.1.3), as bits. */
#define SCARDSSP_CLASS_A 1u /* 5 V */
#define SCARDSSP_CLASS_B 2u /* 3 V */
#define SCARDSSP_CLASS_C 4u /* 1.8 V */

/* A reader on the USB, whether or not anything drives it. Text is valid during the call that gets it. */
struct scardssp_usb_reader {
    const char *device;  /* where it is, as the kernel names it: "1-2:1.0" */
    const char *product; /* what it calls itself; NULL: it does not say */
    const char *name;    /* what its driver calls it; NULL: no driver that is installed knows it */
    const char *driver;  /* the driver's library; NULL: as above */
    int driver_missing;  /* not 0: that library cannot be read */
    const char
        *kernel; /* what in the kernel has claimed it: "usbfs" for a program, or a module; NULL: nothing */
    uint16_t vendor_id, product_id;
    uint32_t bus, number; /* programs open it as /dev/bus/usb/BUS/NUMBER, three digits each */
    uint32_t classes;     /* SCARDSSP_CLASS_* that it can give; 0: it does not say */
};

/* Gets one such reader. */
typedef void (*scardssp_usb_reader_visitor)(void *user, const struct scardssp_usb_reader *reader);

/*
 * Tells the devices on the USB that say they are smart card readers, and those that a driver of the PC/SC
 * service knows, whichever resource manager is in use: for who looks for a reader that is missing. root: a
 * folder that the system's places, /sys and /usr/lib/pcsc/drivers, are looked for in; NULL: the system's
 * own. SCARD_E_UNSUPPORTED_FEATURE: the system does not tell (no USB, a container without /sys; Windows,
 * always); E_OUTOFMEMORY; E_POINTER: visitor NULL.
 */
int32_t scardssp_each_usb_reader(const char *root, scardssp_usb_reader_visitor visitor, void *user);

/*
 * A watch over all readers: it tells what comes, goes and changes, and knows what it has told. One thread at
 * a time, but for scardssp_watch_cancel().
 */
struct scardssp_watch;

/* How one reader differs from what was told of it before. All is the library's and ends with the call. */
struct scardssp_reader_change {
    const char *name;
    const struct scardssp_reader_state *before; /* NULL: it was not there */
    const struct scardssp_reader_state *now;    /* NULL: it is gone */
};

/* Gets one change. It may call anything but the functions of this watch. */
typedef void (*scardssp_change_visitor)(void *user, const struct scardssp_reader_change *change);

/*
 * Makes a watch that has told nothing yet; ended by scardssp_watch_close(). SCARD_E_NO_SERVICE: there is no
 * resource manager to be had at all; that its service does not run is told by scardssp_watch_wait().
 * E_OUTOFMEMORY; E_POINTER: out NULL.
 */
int32_t scardssp_watch_open(struct scardssp_watch **out);

/*
 * Waits up to timeout_ms (UINT32_MAX: for ever) until a reader comes or goes, or a card does, and tells all
 * that differs from what this watch has told before: first readers that went, then the others in the order of
 * scardssp_list_readers(). The first call does not wait: it tells the readers there are, as new; there may be
 * none. Nothing is asked meanwhile but what the resource manager needs to hear of new readers. Who uses a
 * card is told with the next change, and at once where a use ends: resource managers are silent about its
 * beginning. A card that was taken out and put back between two calls shows in the count of `state`.
 * SCARD_E_TIMEOUT: no change in that time. SCARD_E_CANCELLED. SCARD_E_NO_SERVICE, SCARD_E_SERVICE_STOPPED:
 * the service is gone, and all readers were told as gone; the next call looks for it again. E_OUTOFMEMORY;
 * E_POINTER: watch or visit NULL.
 */
int32_t scardssp_watch_wait(struct scardssp_watch *watch, uint32_t timeout_ms, scardssp_change_visitor visit,
                            void *user);

/*
 * Makes the scardssp_watch_wait() that runs, or else the next one that has to wait, return SCARD_E_CANCELLED;
 * from any thread. Returns when it has been heard. E_POINTER: watch NULL.
 */
int32_t scardssp_watch_cancel(struct scardssp_watch *watch);

/* Ends a watch, which no call may use any more. NULL: nothing happens. */
void scardssp_watch_close(struct scardssp_watch *watch);

/* The symbolic name of an HRESULT or SCARD_* code, e.g. "SCARD_W_RESET_CARD"; "unknown error" otherwise. */
const char *scardssp_status_name(int32_t status);

/* One sentence on what the code means and what to do about it. Static text, never NULL. */
const char *scardssp_status_advice(int32_t status);

/*
 * What cards say and are told, in words. All write at most room bytes, terminated unless room is 0, and
 * return the characters of the whole text. text may be NULL when room is 0.
 */

/*
 * A status word: "63C2: verification failed, 2 tries left" (ISO/IEC 7816-4 §5.6). 128 bytes are always
 * enough.
 */
size_t scardssp_sw_text(uint16_t sw, char *text, size_t room);

/*
 * The same as the answer to a command of `size` bytes (its header is enough). Class and instruction decide
 * what some words mean: 91AE is an authentication error of DESFire after 90 0A 00 00, and a success of a UICC
 * after 80 F2 00 00. Without them (command NULL, size below 4, or scardssp_sw_text()) it is told that the
 * class decides.
 */
size_t scardssp_sw_text_after(const uint8_t *command, size_t size, uint16_t sw, char *text, size_t room);

/*
 * What a command of `size` bytes asks for: "SELECT by name A000000308, up to 256 bytes", "READ BINARY at
 * 0, 24 bytes", "VERIFY of reference 81, 8 bytes not shown" (ISO/IEC 7816-4, -8 and -9, GSM 11.11, TS 102
 * 221, GlobalPlatform, DESFire, PC/SC part 3). Data that may hold a secret is counted, never shown. 160
 * bytes are always enough. command NULL: as one of no bytes.
 */
size_t scardssp_apdu_text(const uint8_t *command, size_t size, char *text, size_t room);

/* What scardssp_apdu_secret() finds. */
#define SCARDSSP_SECRET_NONE 0u /* the command may be shown */
/* Its data may hold a secret (ENVELOPE, transparent exchange, the rest of a chain) and is not to be shown. */
#define SCARDSSP_SECRET_PERHAPS 1u
#define SCARDSSP_SECRET_CERTAIN 2u /* its data is a PIN or a key, or has one in it */

/*
 * Whether a command of `size` bytes carries a PIN or a key, by what the standards say of its class,
 * instruction and, where it has many uses, parameters and data: what a trace of this library leaves out.
 * *start, *count (may be NULL): which bytes are not to be shown; of a command that is not well-formed all
 * behind its header. SCARDSSP_SECRET_NONE: *count is 0.
 */
uint32_t scardssp_apdu_secret(const uint8_t *command, size_t size, size_t *start, size_t *count);

/*
 * An answer to reset: "T=0 and T=1, direct convention, historical bytes 80 31 ..." (ISO/IEC 7816-3 §8), or
 * what is wrong with it.
 */
size_t scardssp_atr_text(const uint8_t *atr, size_t size, char *text, size_t room);

/*
 * Gets one part of an ATR, valid during the call: its name ("TA1", "card capabilities"), its bytes (size 0:
 * it has none of its own) and what they mean.
 */
typedef void (*scardssp_part_visitor)(void *user, const char *part, const uint8_t *bytes, size_t size,
                                      const char *text);

/*
 * An answer to reset in full: TS, T0, each interface byte (ISO/IEC 7816-3 §8), the historical bytes (ISO/IEC
 * 7816-4 §8.1.1, PC/SC part 3 for contactless storage cards) and TCK, in order and every byte once; then
 * "protocols" and "mode", which have no bytes. E_INVALIDARG: it is malformed; it is told as far as it goes,
 * and a "fault" instead of those two. E_POINTER: atr or visitor NULL.
 */
int32_t scardssp_atr_explain(const uint8_t *atr, size_t size, scardssp_part_visitor visitor, void *user);

/* A BER-TLV data object (ISO/IEC 7816-4:2005 §5.2.2), as scardssp_each_object() tells it. */
struct scardssp_object {
    uint32_t tag;         /* its bytes as a number: 62, 7F49, 5FC102 */
    uint32_t depth;       /* how many others it is in */
    int32_t inner;        /* not 0: its value is objects, which are told next */
    const uint8_t *value; /* in the caller's bytes */
    size_t size;          /* of the value */
};

/* Gets one data object. */
typedef void (*scardssp_object_visitor)(void *user, const struct scardssp_object *object);

/*
 * Tells the data objects that `bytes` consist of, each before what is in it; 00 and FF between them, or
 * behind the last one, are passed over. A constructed object whose value is none, or that is more than 16
 * deep, is told as one value. E_INVALIDARG: they are malformed, or there is none; then nothing is told.
 * E_POINTER: bytes or visitor NULL.
 */
int32_t scardssp_each_object(const uint8_t *bytes, size_t size, scardssp_object_visitor visitor, void *user);

/* What the objects of scardssp.h can do beyond their interfaces. */

struct ISCardLocate;

/*
 * Makes every FindCard of this object that waits at the moment return SCARD_E_CANCELLED; from any thread.
 * Later ones are not touched. locate: made by CoCreateInstance of CLSID_CSCardLocate in this process; it
 * stays the caller's. E_POINTER: it is NULL; E_INVALIDARG: it is none of this library's, or a proxy of one
 * elsewhere.
 */
int32_t scardssp_locate_cancel(struct ISCardLocate *locate);

/*
 * Says how long a FindCard of this object waits for the user if it begins from now on. limit_ms: in
 * milliseconds; 0 looks once, UINT32_MAX waits without an end (scardssp_locate_cancel() ends it). It goes
 * before SCARDSSP_LOCATE_TIMEOUT, by which an object begins; a search that waits already keeps its limit,
 * and one without user interface (SC_DLG_NO_UI) never waits. From any thread. locate: as above, with the
 * same codes.
 */
int32_t scardssp_locate_limit(struct ISCardLocate *locate, uint32_t limit_ms);

struct ISCardVerify;

/*
 * Gives a code (PIN) a new value by its resetting code (PUK), as RESET RETRY COUNTER does with both
 * (ISO/IEC 7816-4:2005 §7.5.10), and UNBLOCK CHV of a SIM: ISCardVerify::Unblock has no place for a new
 * value. Codes are characters, written down as the card wants them. verify: made by a manager of cards
 * (ISCardManage) in this process; flags, reference: as for Unblock (SC_FL_IHV_GLOBAL, SC_FL_IHV_LOCAL).
 * E_POINTER: one of the three is NULL; E_INVALIDARG: the object is none of this library's, or a proxy of
 * one elsewhere, a code is empty, or the card has no such code; SCARD_E_INVALID_CHV: the card would never
 * take the new value; the other codes of ISCardVerify::Unblock.
 */
int32_t scardssp_verify_renew(struct ISCardVerify *verify, const uint8_t *resetting, size_t resetting_size,
                              const uint8_t *wanted, size_t wanted_size, uint32_t flags, int32_t reference);

/* What a reader's PIN pad takes. */
#define SCARDSSP_PIN_PAD_VERIFY 1u
#define SCARDSSP_PIN_PAD_CHANGE 2u

/*
 * What the PIN pad of the reader takes (PC/SC part 10): SCARDSSP_PIN_PAD_*, 0 where it has none. verify: as
 * above, attached. E_POINTER, E_INVALIDARG: as above; SCARD_F_COMM_ERROR: what the reader says is
 * malformed; codes of the service.
 */
int32_t scardssp_pin_pad(struct ISCardVerify *verify, uint32_t *out);

/*
 * Lets the user type a code at the reader's PIN pad, for the card alone: to verify it or, with a new one
 * that is typed twice, to change it. Other programs wait meanwhile; the reader gives up after half a
 * minute. flags, reference: as for ISCardVerify::Verify and ChangeCode, with their codes.
 * SCARD_E_UNSUPPORTED_FEATURE: there is no pad for that, or it cannot write codes as this card wants them;
 * SCARD_W_CANCELLED_BY_USER, SCARD_E_TIMEOUT; SCARD_E_INVALID_CHV: too short, too long, or two new codes
 * that differ.
 */
int32_t scardssp_pin_pad_verify(struct ISCardVerify *verify, uint32_t flags, int32_t reference);
int32_t scardssp_pin_pad_change(struct ISCardVerify *verify, uint32_t flags, int32_t reference);

#ifndef _WIN32
#pragma GCC visibility pop
#endif
#ifdef __cplusplus
}
#endif

#endif
