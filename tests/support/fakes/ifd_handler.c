/*
 * A reader driver that obeys a test: see ifd_handler.h. -DFAKE_IFD_OLD: one of version 2, which lacks a
 * function.
 */
#include "support/fakes/ifd_handler.h"

#include <ifdhandler.h>
#include <reader.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define API __attribute__((visibility("default")))
#define ABSURD 1000000u
#define READERS 16

/* As handlers have them: wants its host, and has a name that others have, too. */
void log_msg(int priority, const char *format, ...);
API int lock(void);
API RESPONSECODE IFDHCreateChannel(DWORD lun, DWORD channel);
API RESPONSECODE IFDHCreateChannelByName(DWORD lun, LPSTR device);
API RESPONSECODE IFDHCloseChannel(DWORD lun);
API RESPONSECODE IFDHGetCapabilities(DWORD lun, DWORD tag, PDWORD size, PUCHAR value);
API RESPONSECODE IFDHSetCapabilities(DWORD lun, DWORD tag, DWORD size, PUCHAR value);
API RESPONSECODE IFDHSetProtocolParameters(DWORD lun, DWORD protocol, UCHAR flags, UCHAR a, UCHAR b, UCHAR c);
API RESPONSECODE IFDHPowerICC(DWORD lun, DWORD action, PUCHAR atr, PDWORD size);
API RESPONSECODE IFDHTransmitToICC(DWORD lun, SCARD_IO_HEADER send_pci, PUCHAR send, DWORD send_size,
                                   PUCHAR receive, PDWORD size, PSCARD_IO_HEADER receive_pci);
API RESPONSECODE IFDHControl(DWORD lun, DWORD code, PUCHAR send, DWORD send_size, PUCHAR receive, DWORD room,
                             LPDWORD size);
API RESPONSECODE IFDHICCPresence(DWORD lun);

int lock(void) {
    return 1;
}

static struct fake_ifd *readers[READERS];

static struct fake_ifd *fake_of(DWORD lun) {
    return readers[lun >> 16];
}

static unsigned slot_of(DWORD lun) {
    return (unsigned)(lun & 0xFFFF);
}

static void pause_ms(uint32_t ms) {
    const struct timespec time = {ms / 1000, (long)(ms % 1000) * 1000000};
    (void)nanosleep(&time, NULL);
}

static void enter(DWORD lun) {
    struct fake_ifd *fake = fake_of(lun);
    if (atomic_fetch_add(&fake->in_slot[slot_of(lun)], 1))
        ++fake->slot_meetings;
    if (atomic_fetch_add(&fake->in_reader, 1))
        ++fake->reader_meetings;
}

static RESPONSECODE leave(DWORD lun, RESPONSECODE code) {
    struct fake_ifd *fake = fake_of(lun);
    --fake->in_reader;
    --fake->in_slot[slot_of(lun)];
    return code;
}

static RESPONSECODE open_slot(DWORD lun, struct fake_ifd *fake, bool number) {
    if (lun >> 16 >= READERS || slot_of(lun) >= FAKE_IFD_SLOTS)
        return IFD_COMMUNICATION_ERROR;
    if (fake->open_code)
        return fake->open_code;
    readers[lun >> 16] = fake;
    fake->lun = lun;
    fake->number = number;
    fake->copy = readers;
    ++fake->opened;
    if (!lock())
        abort();
    log_msg(1, "opened %lu", lun);
    return IFD_SUCCESS;
}

RESPONSECODE IFDHCreateChannel(DWORD lun, DWORD channel) {
    struct fake_ifd *fake;
    memcpy(&fake, &channel, sizeof fake);
    return open_slot(lun, fake, true);
}

#ifndef FAKE_IFD_OLD
RESPONSECODE IFDHCreateChannelByName(DWORD lun, LPSTR device) {
    const char *usb = strncmp(device, "usb:", 4) == 0 ? getenv(FAKE_IFD_USB) : NULL;
    void *fake = NULL;
    if (sscanf(usb ? usb : device, "fake:%p", &fake) != 1)
        return IFD_NO_SUCH_DEVICE;
    (void)snprintf(((struct fake_ifd *)fake)->device, sizeof((struct fake_ifd *)fake)->device, "%s", device);
    return open_slot(lun, fake, false);
}
#endif

RESPONSECODE IFDHCloseChannel(DWORD lun) {
    enter(lun);
    ++fake_of(lun)->closed;
    return leave(lun, IFD_SUCCESS);
}

/* Returns when a card comes or goes, or after the time. */
static RESPONSECODE wait_for_card(DWORD lun, int timeout_ms) {
    struct fake_ifd *fake = fake_of(lun);
    const bool before = fake->card[slot_of(lun)];
    const unsigned stops = fake->stops;
    ++fake->waits;
    for (int waited = 0; waited < timeout_ms; waited += 2) {
        if (fake->card[slot_of(lun)] != before || fake->stops - stops > fake->deaf)
            break;
        pause_ms(2);
    }
    return IFD_SUCCESS;
}

static RESPONSECODE stop_waiting(DWORD lun) {
    ++fake_of(lun)->stops;
    return IFD_SUCCESS;
}

static RESPONSECODE give(PDWORD size, PUCHAR value, const void *bytes, size_t count) {
    if (*size < count)
        return IFD_ERROR_INSUFFICIENT_BUFFER;
    memcpy(value, bytes, count);
    *size = count;
    return IFD_SUCCESS;
}

static RESPONSECODE get(const struct fake_ifd *fake, DWORD tag, PDWORD size, PUCHAR value) {
    RESPONSECODE (*const wait)(DWORD, int) = wait_for_card;
    RESPONSECODE (*const stop)(DWORD) = stop_waiting;
    const uint8_t slots = (uint8_t)fake->slots, readers_max = (uint8_t)fake->simultaneous;
    const uint8_t safe = fake->thread_safe, slot_safe = fake->slot_thread_safe;
    switch (tag) {
    case TAG_IFD_SLOTS_NUMBER:
        return slots ? give(size, value, &slots, 1) : IFD_ERROR_TAG;
    case TAG_IFD_SIMULTANEOUS_ACCESS:
        return readers_max ? give(size, value, &readers_max, 1) : IFD_ERROR_TAG;
    case TAG_IFD_THREAD_SAFE:
        return give(size, value, &safe, 1);
    case TAG_IFD_SLOT_THREAD_SAFE:
        return give(size, value, &slot_safe, 1);
    case TAG_IFD_POLLING_THREAD_WITH_TIMEOUT:
        return fake->polls ? give(size, value, &wait, sizeof wait) : IFD_ERROR_TAG;
    case TAG_IFD_STOP_POLLING_THREAD:
        return fake->polls ? give(size, value, &stop, sizeof stop) : IFD_ERROR_TAG;
    case SCARD_ATTR_VENDOR_NAME:
        return give(size, value, "Fakers", 7);
    default:
        return IFD_ERROR_TAG;
    }
}

RESPONSECODE IFDHGetCapabilities(DWORD lun, DWORD tag, PDWORD size, PUCHAR value) {
    enter(lun);
    const RESPONSECODE code = get(fake_of(lun), tag, size, value);
    if (code != IFD_SUCCESS)
        *size = 0;
    else if (fake_of(lun)->absurd)
        *size = ABSURD;
    return leave(lun, code);
}

RESPONSECODE IFDHSetCapabilities(DWORD lun, DWORD tag, DWORD size, PUCHAR value) {
    (void)lun, (void)tag, (void)size, (void)value;
    return IFD_NOT_SUPPORTED;
}

RESPONSECODE IFDHSetProtocolParameters(DWORD lun, DWORD protocol, UCHAR flags, UCHAR a, UCHAR b, UCHAR c) {
    (void)flags, (void)a, (void)b, (void)c;
    enter(lun);
    fake_of(lun)->chosen = protocol;
    return leave(lun, fake_of(lun)->protocol);
}

/* T=0 first, and T=1. */
static const uint8_t atr_bytes[] = {0x3B, 0x80, 0x80, 0x01, 0x01};

static RESPONSECODE power(struct fake_ifd *fake, DWORD action, PUCHAR atr, PDWORD size) {
    if (action == IFD_POWER_DOWN) {
        ++fake->offs;
        return IFD_SUCCESS;
    }
    if (action == IFD_RESET && fake->old)
        return IFD_NOT_SUPPORTED;
    if (action == IFD_RESET)
        ++fake->resets;
    else
        ++fake->starts;
    if (fake->power)
        return fake->power;
    if (*size < sizeof atr_bytes)
        return IFD_COMMUNICATION_ERROR;
    memcpy(atr, atr_bytes, sizeof atr_bytes);
    *size = fake->absurd ? ABSURD : sizeof atr_bytes;
    return IFD_SUCCESS;
}

RESPONSECODE IFDHPowerICC(DWORD lun, DWORD action, PUCHAR atr, PDWORD size) {
    struct fake_ifd *fake = fake_of(lun);
    enter(lun);
    if (!fake->card[slot_of(lun)])
        return leave(lun, IFD_ERROR_POWER_ACTION);
    return leave(lun, power(fake, action, atr, size));
}

/* 00 84: 8 bytes and 9000; others: 6D00. */
static RESPONSECODE answer(const struct fake_ifd *fake, const uint8_t *send, DWORD send_size, PUCHAR receive,
                           PDWORD size) {
    const bool known = send_size >= 4 && send[1] == 0x84;
    const uint8_t sw[2] = {known ? 0x90 : 0x6D, 0};
    const size_t count = known ? 8 : 0;
    if (*size < count + 2)
        return IFD_ERROR_INSUFFICIENT_BUFFER;
    memset(receive, 0x55, count);
    memcpy(receive + count, sw, 2);
    *size = fake->absurd ? ABSURD : count + 2;
    return IFD_SUCCESS;
}

RESPONSECODE IFDHTransmitToICC(DWORD lun, SCARD_IO_HEADER send_pci, PUCHAR send, DWORD send_size,
                               PUCHAR receive, PDWORD size, PSCARD_IO_HEADER receive_pci) {
    struct fake_ifd *fake = fake_of(lun);
    (void)receive_pci;
    enter(lun);
    fake->header = send_pci.Protocol;
    fake->by_caller = getpid() == gettid();
    if (fake->slow_ms)
        pause_ms(fake->slow_ms);
    RESPONSECODE code = fake->transmit;
    if (fake->stalls && fake->socket && recv(fake->socket, receive, 1, 0) <= 0)
        code = IFD_COMMUNICATION_ERROR;
    while (fake->stalls && !fake->socket)
        pause_ms(2);
    if (atomic_exchange(&fake->vanishes, false)) {
        fake->card[slot_of(lun)] = false;
        code = IFD_COMMUNICATION_ERROR;
    }
    if (!code)
        code = answer(fake, send, send_size, receive, size);
    if (code != IFD_SUCCESS)
        *size = 0;
    return leave(lun, code);
}

/* 3400: the features, one: 06 (VERIFY_PIN_DIRECT) is 42330006. 2: the bytes back. */
RESPONSECODE IFDHControl(DWORD lun, DWORD code, PUCHAR send, DWORD send_size, PUCHAR receive, DWORD room,
                         LPDWORD size) {
    static const uint8_t features[] = {0x06, 0x04, 0x42, 0x33, 0x00, 0x06};
    RESPONSECODE result = IFD_ERROR_NOT_SUPPORTED;
    enter(lun);
    *size = room;
    if (code == CM_IOCTL_GET_FEATURE_REQUEST)
        result = give(size, receive, features, sizeof features);
    else if (code == SCARD_CTL_CODE(2) || code == 0x42330006)
        result = give(size, receive, send, send_size);
    if (result == IFD_SUCCESS && fake_of(lun)->absurd)
        *size = ABSURD;
    return leave(lun, result);
}

RESPONSECODE IFDHICCPresence(DWORD lun) {
    struct fake_ifd *fake = fake_of(lun);
    enter(lun);
    const RESPONSECODE code = fake->presence;
    return leave(lun, code ? code : fake->card[slot_of(lun)] ? IFD_ICC_PRESENT : IFD_ICC_NOT_PRESENT);
}
