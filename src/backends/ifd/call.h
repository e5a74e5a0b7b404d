/*
 * The calls of a driver for one slot of a reader, each made by the slot's line (line.h), with what the driver
 * says of sizes checked. ifdslot.c, watch.c and channel.c use them. `caller` is what may end the waiting. All
 * give RM_OK when the driver has answered: *code is its answer (IFD_*); else the codes of ifd_line_take() and
 * ifd_line_run(), or RM_E_READER_UNAVAILABLE where the slot has been closed, and *code is undefined.
 */
#ifndef SCARDSSP_BACKENDS_IFD_CALL_H
#define SCARDSSP_BACKENDS_IFD_CALL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backends/ifd/driver.h"
#include "backends/ifd/line.h"
#include "rm/rm.h"

/* A slot of a reader as the driver knows it. */
struct ifd_way {
    const struct ifd_calls *calls;
    struct ifd_line *line;
    _Atomic bool closed; /* the driver is not called any more */
    DWORD
    lun; /* the reader's number among those of the loaded copy in the high 16 bits, the slot's in the low */
};

/* IFDHCreateChannelByName, or with device NULL IFDHCreateChannel. The name lives as long as the line. */
rm_status ifd_call_open(const struct ifd_way *way, const struct ifd_caller *caller, const char *device,
                        DWORD channel, RESPONSECODE *code);

/* IFDHCloseChannel, after which nobody gets through to the driver by this way. */
rm_status ifd_call_close(struct ifd_way *way, const struct ifd_caller *caller, RESPONSECODE *code);

/* IFDHICCPresence. */
rm_status ifd_call_presence(const struct ifd_way *way, const struct ifd_caller *caller, RESPONSECODE *code);

/* IFDHPowerICC. *size: bytes of the ATR; 0 where the driver gives none, or an impossible number. */
rm_status ifd_call_power(const struct ifd_way *way, const struct ifd_caller *caller, DWORD action,
                         uint8_t atr[RM_ATR_MAX], size_t *size, RESPONSECODE *code);

/* IFDHSetProtocolParameters, with the card's own values. */
rm_status ifd_call_protocol(const struct ifd_way *way, const struct ifd_caller *caller, DWORD protocol,
                            RESPONSECODE *code);

/* Bytes to send and room for an answer. */
struct ifd_bytes {
    const uint8_t *send;
    size_t send_size;
    uint8_t *receive;
    size_t receive_size; /* in: room; out: bytes that the driver has given, also when they do not fit; then
                            `receive` is untouched */
};

/* IFDHTransmitToICC. RM_E_INVALID_PARAMETER: more to send than IFD_SEND_MAX. */
rm_status ifd_call_transmit(const struct ifd_way *way, const struct ifd_caller *caller, DWORD protocol,
                            struct ifd_bytes *bytes, RESPONSECODE *code);

/* IFDHControl, `number` in pcsc-lite's numbering. RM_E_INVALID_PARAMETER as above. */
rm_status ifd_call_control(const struct ifd_way *way, const struct ifd_caller *caller, DWORD number,
                           struct ifd_bytes *bytes, RESPONSECODE *code);

/* IFDHGetCapabilities. *size in: room, out: bytes, also when they do not fit; value untouched then. */
rm_status ifd_call_get(const struct ifd_way *way, const struct ifd_caller *caller, DWORD tag, void *value,
                       size_t *size, RESPONSECODE *code);

#endif
