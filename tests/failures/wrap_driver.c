/*
 * Calls of a reader driver that fail: see points.h. They are made by threads of our own for callers (line.h),
 * so it is decided where a caller hands one over: what he waits for goes through stand-ins, if he counts.
 */
#include <stdatomic.h>
#include <stddef.h>

#include "backends/ifd/driver.h"
#include "backends/ifd/line.h"
#include "failures/points.h"

/* The functions as the driver has them. One driver's count at a time. */
static const struct ifd_calls *_Atomic real;

/*
 * What <ifdhandler.h> lets each function answer, beside IFD_SUCCESS, and what that comes to. The reader is
 * not opened, the card is mute, the command has not been carried out; nobody notices that a reader or a card
 * is left alone, or what a watcher is not told.
 */
static const struct points_answer open_answers[] = {{IFD_COMMUNICATION_ERROR, RM_E_READER_UNAVAILABLE},
                                                    {IFD_NO_SUCH_DEVICE, RM_E_READER_UNAVAILABLE}};
static const struct points_answer close_answers[] = {{IFD_COMMUNICATION_ERROR, 0}, {IFD_NO_SUCH_DEVICE, 0}};
static const struct points_answer down_answers[] = {{IFD_ERROR_POWER_ACTION, 0},
                                                    {IFD_COMMUNICATION_ERROR, 0},
                                                    {IFD_NOT_SUPPORTED, 0},
                                                    {IFD_NO_SUCH_DEVICE, 0}};
static const struct points_answer up_answers[] = {{IFD_ERROR_POWER_ACTION, RM_W_UNRESPONSIVE_CARD},
                                                  {IFD_COMMUNICATION_ERROR, RM_W_UNRESPONSIVE_CARD},
                                                  {IFD_NOT_SUPPORTED, RM_W_UNRESPONSIVE_CARD},
                                                  {IFD_NO_SUCH_DEVICE, RM_W_UNRESPONSIVE_CARD}};
/* Without a warm reset the card is started anew. */
static const struct points_answer reset_answers[] = {{IFD_ERROR_POWER_ACTION, RM_W_UNRESPONSIVE_CARD},
                                                     {IFD_COMMUNICATION_ERROR, RM_W_UNRESPONSIVE_CARD},
                                                     {IFD_NOT_SUPPORTED, 0},
                                                     {IFD_NO_SUCH_DEVICE, RM_W_UNRESPONSIVE_CARD}};
/* Without a negotiation the card goes by its first offer, which is its only one. */
static const struct points_answer protocol_answers[] = {{IFD_ERROR_PTS_FAILURE, RM_E_PROTO_MISMATCH},
                                                        {IFD_COMMUNICATION_ERROR, RM_W_UNRESPONSIVE_CARD},
                                                        {IFD_PROTOCOL_NOT_SUPPORTED, 0},
                                                        {IFD_NOT_SUPPORTED, 0},
                                                        {IFD_NO_SUCH_DEVICE, RM_E_READER_UNAVAILABLE}};
static const struct points_answer transmit_answers[] = {{IFD_COMMUNICATION_ERROR, RM_E_NOT_TRANSACTED},
                                                        {IFD_RESPONSE_TIMEOUT, RM_W_UNRESPONSIVE_CARD},
                                                        {IFD_ICC_NOT_PRESENT, RM_W_REMOVED_CARD},
                                                        {IFD_NOT_SUPPORTED, RM_E_NOT_TRANSACTED},
                                                        {IFD_NO_SUCH_DEVICE, RM_E_READER_UNAVAILABLE}};
static const struct points_answer control_answers[] = {{IFD_COMMUNICATION_ERROR, RM_E_NOT_TRANSACTED},
                                                       {IFD_RESPONSE_TIMEOUT, RM_E_NOT_TRANSACTED},
                                                       {IFD_NO_SUCH_DEVICE, RM_E_READER_UNAVAILABLE}};
static const struct points_answer get_answers[] = {{IFD_ERROR_INSUFFICIENT_BUFFER, RM_E_UNSUPPORTED_FEATURE},
                                                   {IFD_COMMUNICATION_ERROR, RM_E_UNSUPPORTED_FEATURE},
                                                   {IFD_ERROR_TAG, RM_E_UNSUPPORTED_FEATURE},
                                                   {IFD_NO_SUCH_DEVICE, RM_E_READER_UNAVAILABLE}};
static const struct points_answer presence_answers[] = {
    {IFD_COMMUNICATION_ERROR, 0}, {IFD_ICC_NOT_PRESENT, 0}, {IFD_NO_SUCH_DEVICE, RM_E_READER_UNAVAILABLE}};

/* What begins a function: whether it answers one of these codes, and which. */
#define DRIVER_CALL(name, answers)                                                                           \
    int code = 0;                                                                                            \
    const bool failed = points_ask_elsewhere(POINTS_DRIVER, name, answers,                                   \
                                             sizeof(answers) / sizeof *(answers), &code) != POINTS_PASS

static RESPONSECODE create_by_name(DWORD lun, LPSTR device) {
    DRIVER_CALL("IFDHCreateChannelByName", open_answers);
    return failed ? code : atomic_load(&real)->create_by_name(lun, device);
}

static RESPONSECODE create(DWORD lun, DWORD channel) {
    DRIVER_CALL("IFDHCreateChannel", open_answers);
    return failed ? code : atomic_load(&real)->create(lun, channel);
}

/* What gives something back has done it all the same. */
static RESPONSECODE close_channel(DWORD lun) {
    DRIVER_CALL("IFDHCloseChannel", close_answers);
    const RESPONSECODE done = atomic_load(&real)->close(lun);
    return failed ? code : done;
}

static RESPONSECODE power_down(DWORD lun, PUCHAR atr, PDWORD size) {
    DRIVER_CALL("IFDHPowerICC, down", down_answers);
    const RESPONSECODE done = atomic_load(&real)->power(lun, IFD_POWER_DOWN, atr, size);
    return failed ? code : done;
}

static RESPONSECODE power_up(DWORD lun, PUCHAR atr, PDWORD size) {
    DRIVER_CALL("IFDHPowerICC, up", up_answers);
    return failed ? code : atomic_load(&real)->power(lun, IFD_POWER_UP, atr, size);
}

static RESPONSECODE reset(DWORD lun, PUCHAR atr, PDWORD size) {
    DRIVER_CALL("IFDHPowerICC, reset", reset_answers);
    return failed ? code : atomic_load(&real)->power(lun, IFD_RESET, atr, size);
}

static RESPONSECODE power(DWORD lun, DWORD action, PUCHAR atr, PDWORD size) {
    switch (action) {
    case IFD_POWER_DOWN:
        return power_down(lun, atr, size);
    case IFD_RESET:
        return reset(lun, atr, size);
    default:
        return power_up(lun, atr, size);
    }
}

static RESPONSECODE protocol(DWORD lun, DWORD number, UCHAR flags, UCHAR pts1, UCHAR pts2, UCHAR pts3) {
    DRIVER_CALL("IFDHSetProtocolParameters", protocol_answers);
    return failed ? code : atomic_load(&real)->protocol(lun, number, flags, pts1, pts2, pts3);
}

/* The sizes stay what they were: a driver that fails need not have thought of them. */
static RESPONSECODE transmit(DWORD lun, SCARD_IO_HEADER send_pci, PUCHAR send, DWORD send_size,
                             PUCHAR receive, PDWORD receive_size, PSCARD_IO_HEADER receive_pci) {
    DRIVER_CALL("IFDHTransmitToICC", transmit_answers);
    return failed ? code
                  : atomic_load(&real)->transmit(lun, send_pci, send, send_size, receive, receive_size,
                                                 receive_pci);
}

static RESPONSECODE control(DWORD lun, DWORD number, PUCHAR send, DWORD send_size, PUCHAR receive, DWORD room,
                            LPDWORD size) {
    DRIVER_CALL("IFDHControl", control_answers);
    return failed ? code : atomic_load(&real)->control(lun, number, send, send_size, receive, room, size);
}

static RESPONSECODE get(DWORD lun, DWORD tag, PDWORD size, PUCHAR value) {
    DRIVER_CALL("IFDHGetCapabilities", get_answers);
    return failed ? code : atomic_load(&real)->get(lun, tag, size, value);
}

static RESPONSECODE presence(DWORD lun) {
    DRIVER_CALL("IFDHICCPresence", presence_answers);
    return failed ? code : atomic_load(&real)->presence(lun);
}

static const struct ifd_calls stand_ins = {
    .create_by_name = create_by_name,
    .create = create,
    .close = close_channel,
    .get = get,
    .protocol = protocol,
    .power = power,
    .transmit = transmit,
    .control = control,
    .presence = presence,
};

/* What this thread hands over next; the line is its own until then. */
static _Thread_local struct ifd_request *request;

WRAP(rm_status, ifd_line_take, struct ifd_line *line, const struct ifd_caller *caller,
     struct ifd_request **out) {
    const rm_status status = __real_ifd_line_take(line, caller, out);
    request = status == RM_OK ? *out : NULL;
    return status;
}

static void stand_in(void) {
    if (!request || !points_count_now())
        return;
    atomic_store(&real, request->calls);
    request->calls = &stand_ins;
}

WRAP(rm_status, ifd_line_run, struct ifd_line *line, const struct ifd_caller *caller) {
    stand_in();
    return __real_ifd_line_run(line, caller);
}

WRAP(rm_status, ifd_line_command, struct ifd_line *line, const struct ifd_caller *caller) {
    stand_in();
    return __real_ifd_line_command(line, caller);
}
