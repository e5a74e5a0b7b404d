/* The calls of a driver: their arguments into a line's request, and what comes back out of it. */
#include "backends/ifd/call.h"

#include <string.h>

/* What a driver is told there is room for an attribute; pcscd's number. */
#define ATTRIB_ROOM 264u

/* A driver that claims more than it had room for has said nothing. */
static size_t told(const struct ifd_request *request, DWORD room) {
    return request->size <= room ? (size_t)request->size : 0;
}

/* Takes the line for a call. */
static rm_status take(const struct ifd_way *way, const struct ifd_caller *caller,
                      void (*make)(struct ifd_request *), struct ifd_request **out) {
    const rm_status status = ifd_line_take(way->line, caller, out);
    if (status != RM_OK)
        return status;
    if (atomic_load(&way->closed)) {
        ifd_line_give(way->line);
        return RM_E_READER_UNAVAILABLE;
    }
    (*out)->make = make;
    (*out)->calls = way->calls;
    (*out)->lun = way->lun;
    return RM_OK;
}

/* Makes a call that gives nothing but its code, of the number. */
static rm_status call_plain(const struct ifd_way *way, const struct ifd_caller *caller,
                            void (*make)(struct ifd_request *), DWORD number, RESPONSECODE *code) {
    struct ifd_request *request = NULL;
    rm_status status = take(way, caller, make, &request);
    if (status != RM_OK)
        return status;
    request->number = number;
    status = ifd_line_run(way->line, caller);
    if (status != RM_OK)
        return status;
    *code = request->code;
    ifd_line_give(way->line);
    return RM_OK;
}

static void make_open(struct ifd_request *request) {
    union { /* the handler's API has no const */
        const char *in;
        LPSTR out;
    } device = {.in = request->device};
    if (request->device)
        request->code = request->calls->create_by_name(request->lun, device.out);
    else
        request->code = request->calls->create(request->lun, request->number);
}

rm_status ifd_call_open(const struct ifd_way *way, const struct ifd_caller *caller, const char *device,
                        DWORD channel, RESPONSECODE *code) {
    struct ifd_request *request = NULL;
    rm_status status = take(way, caller, make_open, &request);
    if (status != RM_OK)
        return status;
    request->device = device;
    request->number = channel;
    status = ifd_line_run(way->line, caller);
    if (status != RM_OK)
        return status;
    *code = request->code;
    ifd_line_give(way->line);
    return RM_OK;
}

static void make_close(struct ifd_request *request) {
    request->code = request->calls->close(request->lun);
}

rm_status ifd_call_close(struct ifd_way *way, const struct ifd_caller *caller, RESPONSECODE *code) {
    const rm_status status = call_plain(way, caller, make_close, 0, code);
    atomic_store(&way->closed, true);
    return status;
}

static void make_presence(struct ifd_request *request) {
    request->code = request->calls->presence(request->lun);
}

rm_status ifd_call_presence(const struct ifd_way *way, const struct ifd_caller *caller, RESPONSECODE *code) {
    return call_plain(way, caller, make_presence, 0, code);
}

static void make_protocol(struct ifd_request *request) {
    request->code = request->calls->protocol(request->lun, request->number, 0, 0, 0, 0);
}

rm_status ifd_call_protocol(const struct ifd_way *way, const struct ifd_caller *caller, DWORD protocol,
                            RESPONSECODE *code) {
    return call_plain(way, caller, make_protocol, protocol, code);
}

static void make_power(struct ifd_request *request) {
    request->code = request->calls->power(request->lun, request->number, request->receive, &request->size);
}

rm_status ifd_call_power(const struct ifd_way *way, const struct ifd_caller *caller, DWORD action,
                         uint8_t atr[RM_ATR_MAX], size_t *size, RESPONSECODE *code) {
    struct ifd_request *request = NULL;
    rm_status status = take(way, caller, make_power, &request);
    if (status != RM_OK)
        return status;
    request->number = action;
    request->size = MAX_ATR_SIZE;
    memset(request->receive, 0, MAX_ATR_SIZE);
    status = ifd_line_run(way->line, caller);
    if (status != RM_OK)
        return status;
    *code = request->code;
    *size = *code == IFD_SUCCESS ? told(request, MAX_ATR_SIZE) : 0;
    memcpy(atr, request->receive, *size);
    ifd_line_give(way->line);
    return RM_OK;
}

/* Has a request made that carries bytes both ways; `room` is what the driver is told. */
static rm_status run_bytes(const struct ifd_way *way, const struct ifd_caller *caller,
                           struct ifd_request *request, struct ifd_bytes *bytes, RESPONSECODE *code,
                           rm_status (*run)(struct ifd_line *line, const struct ifd_caller *caller)) {
    const DWORD room = request->size;
    const size_t wanted = bytes->receive_size;
    request->send_size = bytes->send_size;
    if (bytes->send_size)
        memcpy(request->send, bytes->send, bytes->send_size);
    bytes->receive_size = 0;
    const rm_status status = run(way->line, caller);
    if (status != RM_OK)
        return status;
    *code = request->code;
    bytes->receive_size = *code == IFD_SUCCESS ? told(request, room) : 0;
    if (bytes->receive_size && bytes->receive && bytes->receive_size <= wanted)
        memcpy(bytes->receive, request->receive, bytes->receive_size);
    ifd_line_give(way->line);
    return RM_OK;
}

static void make_transmit(struct ifd_request *request) {
    SCARD_IO_HEADER send = {.Protocol = request->number, .Length = sizeof send};
    SCARD_IO_HEADER receive = send;
    request->code = request->calls->transmit(request->lun, send, request->send, (DWORD)request->send_size,
                                             request->receive, &request->size, &receive);
}

rm_status ifd_call_transmit(const struct ifd_way *way, const struct ifd_caller *caller, DWORD protocol,
                            struct ifd_bytes *bytes, RESPONSECODE *code) {
    struct ifd_request *request = NULL;
    if (bytes->send_size > IFD_SEND_MAX)
        return RM_E_INVALID_PARAMETER;
    const rm_status status = take(way, caller, make_transmit, &request);
    if (status != RM_OK)
        return status;
    request->number = protocol;
    request->size = IFD_RECEIVE_MAX;
    return run_bytes(way, caller, request, bytes, code, ifd_line_command);
}

static void make_control(struct ifd_request *request) {
    const DWORD room = request->size;
    request->size = 0;
    request->code =
        request->calls->control(request->lun, request->number, request->send, (DWORD)request->send_size,
                                request->receive, room, &request->size);
}

rm_status ifd_call_control(const struct ifd_way *way, const struct ifd_caller *caller, DWORD number,
                           struct ifd_bytes *bytes, RESPONSECODE *code) {
    struct ifd_request *request = NULL;
    if (bytes->send_size > IFD_SEND_MAX)
        return RM_E_INVALID_PARAMETER;
    const rm_status status = take(way, caller, make_control, &request);
    if (status != RM_OK)
        return status;
    request->number = number;
    /* A driver is told of the caller's room: what does not fit, some say by a code and some cut. */
    request->size = (DWORD)(bytes->receive_size < IFD_RECEIVE_MAX ? bytes->receive_size : IFD_RECEIVE_MAX);
    return run_bytes(way, caller, request, bytes, code, ifd_line_run);
}

static void make_get(struct ifd_request *request) {
    request->code = request->calls->get(request->lun, request->number, &request->size, request->receive);
}

rm_status ifd_call_get(const struct ifd_way *way, const struct ifd_caller *caller, DWORD tag, void *value,
                       size_t *size, RESPONSECODE *code) {
    struct ifd_request *request = NULL;
    struct ifd_bytes bytes = {.receive = value, .receive_size = value ? *size : 0};
    rm_status status = take(way, caller, make_get, &request);
    if (status != RM_OK)
        return status;
    request->number = tag;
    request->size = ATTRIB_ROOM;
    memset(request->receive, 0, ATTRIB_ROOM);
    status = run_bytes(way, caller, request, &bytes, code, ifd_line_run);
    if (status == RM_OK)
        *size = bytes.receive_size;
    return status;
}
