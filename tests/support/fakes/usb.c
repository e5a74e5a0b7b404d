/* USB without a bus: the device is there or not, its pipes lead to the reader. See usb.h. */
#include "support/fakes/usb.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <libusb.h>

#include "base/container.h"
#include "support/fakes/ccid_reader.h"

enum { PIPE_OUT = 0x01, PIPE_IN = 0x82, PIPE_NOTICE = 0x83 };
enum { NOTIFY_SLOT_CHANGE = 0x50, CARD_IS_IN = 1, SLOT_HAS_CHANGED = 2 };

/* Everything there is. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t news;
    bool plugged;
    uint8_t bus, device;
    unsigned opened;
    struct ccid_reader reader;
    uint8_t message[CCID_MESSAGE_MAX]; /* what the pipe to the host holds */
    size_t message_size;
    bool changed; /* the slot: not told yet */
} usb = {.lock = PTHREAD_MUTEX_INITIALIZER, .news = PTHREAD_COND_INITIALIZER};

static void lock(void) {
    (void)pthread_mutex_lock(&usb.lock);
}

/* Also tells whoever waits to look again. */
static void unlock(void) {
    (void)pthread_cond_broadcast(&usb.news);
    (void)pthread_mutex_unlock(&usb.lock);
}

/* The hand */

void fake_usb_plug(uint8_t bus, uint8_t device) {
    lock();
    usb.plugged = true;
    usb.bus = bus;
    usb.device = device;
    unlock();
}

void fake_usb_unplug(void) {
    lock();
    usb.plugged = false;
    usb.message_size = 0;
    ccid_reader_insert(&usb.reader, NULL);
    unlock();
}

static void change(struct sim_card *card) {
    lock();
    ccid_reader_insert(&usb.reader, card);
    usb.changed = true;
    unlock();
}

bool fake_usb_insert(const char *image) {
    struct sim_card *card = sim_card_create(image, NULL, 0, NULL);
    if (card)
        change(card);
    return card != NULL;
}

void fake_usb_remove(void) {
    change(NULL);
}

unsigned fake_usb_opened(void) {
    lock();
    const unsigned opened = usb.opened;
    unlock();
    return opened;
}

/* The library: its context, and devices, of which there is one. All pointers are to what there is. */

int LIBUSB_CALL libusb_init(libusb_context **context) {
    *context = (libusb_context *)&usb;
    return 0;
}

void LIBUSB_CALL libusb_exit(libusb_context *context) {
    (void)context;
}

ssize_t LIBUSB_CALL libusb_get_device_list(libusb_context *context, libusb_device ***list) {
    libusb_device **devices = calloc(2, sizeof *devices);
    (void)context;
    if (!devices)
        return LIBUSB_ERROR_NO_MEM;
    lock();
    if (usb.plugged)
        devices[0] = (libusb_device *)&usb.plugged;
    unlock();
    *list = devices;
    return devices[0] ? 1 : 0;
}

void LIBUSB_CALL libusb_free_device_list(libusb_device **list, int unreference) {
    (void)unreference;
    free(list);
}

uint8_t LIBUSB_CALL libusb_get_bus_number(libusb_device *device) {
    (void)device;
    lock();
    const uint8_t bus = usb.bus;
    unlock();
    return bus;
}

uint8_t LIBUSB_CALL libusb_get_device_address(libusb_device *device) {
    (void)device;
    lock();
    const uint8_t number = usb.device;
    unlock();
    return number;
}

libusb_device *LIBUSB_CALL libusb_get_device(libusb_device_handle *handle) {
    return (libusb_device *)handle;
}

/* Behind no hub. */
int LIBUSB_CALL libusb_get_port_numbers(libusb_device *device, uint8_t *numbers, int size) {
    (void)device, (void)numbers, (void)size;
    return 0;
}

int LIBUSB_CALL libusb_open(libusb_device *device, libusb_device_handle **handle) {
    lock();
    const bool there = usb.plugged;
    usb.opened += there;
    unlock();
    *handle = (libusb_device_handle *)device;
    return there ? 0 : LIBUSB_ERROR_NO_DEVICE;
}

void LIBUSB_CALL libusb_close(libusb_device_handle *handle) {
    (void)handle;
    lock();
    usb.opened--;
    unlock();
}

int LIBUSB_CALL libusb_claim_interface(libusb_device_handle *handle, int number) {
    (void)handle;
    return number == 0 ? 0 : LIBUSB_ERROR_NOT_FOUND;
}

int LIBUSB_CALL libusb_release_interface(libusb_device_handle *handle, int number) {
    return libusb_claim_interface(handle, number);
}

/* Descriptors */

int LIBUSB_CALL libusb_get_device_descriptor(libusb_device *device, struct libusb_device_descriptor *out) {
    (void)device;
    *out = (struct libusb_device_descriptor){.bLength = LIBUSB_DT_DEVICE_SIZE,
                                             .bDescriptorType = LIBUSB_DT_DEVICE,
                                             .bcdUSB = 0x0200,
                                             .bMaxPacketSize0 = 64,
                                             .idVendor = FAKE_USB_VENDOR,
                                             .idProduct = FAKE_USB_PRODUCT,
                                             .bcdDevice = 0x0518,
                                             .iSerialNumber = 1,
                                             .bNumConfigurations = 1};
    return 0;
}

int LIBUSB_CALL libusb_get_string_descriptor_ascii(libusb_device_handle *handle, uint8_t number,
                                                   unsigned char *out, int room) {
    (void)handle;
    return number == 1 ? snprintf((char *)out, (size_t)room, FAKE_USB_SERIAL) : LIBUSB_ERROR_NOT_FOUND;
}

#define LE16(value) (uint8_t)(value), (uint8_t)((value) >> 8)
#define LE32(value) LE16(value), (uint8_t)((value) >> 16), (uint8_t)((value) >> 24)

/* Of the class (CCID revision 1.1, §5.1). */
static const unsigned char class_descriptor[] = {54,
                                                 0x21,
                                                 LE16(0x0110),
                                                 0,
                                                 7,
                                                 LE32(3), /* one slot; 5 V, 3 V, 1.8 V; T=0 and T=1 */
                                                 LE32(4000),
                                                 LE32(4000),
                                                 0, /* clock */
                                                 LE32(10752),
                                                 LE32(344086),
                                                 0, /* bits per second */
                                                 LE32(254),
                                                 LE32(0),
                                                 LE32(0),          /* IFSD; not synchronous; no mechanics */
                                                 LE32(0x000404BE), /* all by itself, extended APDUs */
                                                 LE32(CCID_MESSAGE_MAX),
                                                 0xFF,
                                                 0xFF,
                                                 LE16(0),
                                                 0,
                                                 1}; /* no display, no PIN pad */

#define ENDPOINT(address, attributes)                                                                        \
    {                                                                                                        \
        .bLength = LIBUSB_DT_ENDPOINT_SIZE, .bDescriptorType = LIBUSB_DT_ENDPOINT,                           \
        .bEndpointAddress = (address), .bmAttributes = (attributes), .wMaxPacketSize = 64                    \
    }

static const struct libusb_endpoint_descriptor endpoints[] = {
    ENDPOINT(PIPE_OUT, LIBUSB_TRANSFER_TYPE_BULK), ENDPOINT(PIPE_IN, LIBUSB_TRANSFER_TYPE_BULK),
    ENDPOINT(PIPE_NOTICE, LIBUSB_TRANSFER_TYPE_INTERRUPT)};

static const struct libusb_interface_descriptor setting = {.bLength = LIBUSB_DT_INTERFACE_SIZE,
                                                           .bDescriptorType = LIBUSB_DT_INTERFACE,
                                                           .bNumEndpoints = 3,
                                                           .bInterfaceClass = LIBUSB_CLASS_SMART_CARD,
                                                           .endpoint = endpoints,
                                                           .extra = class_descriptor,
                                                           .extra_length = sizeof class_descriptor};

static const struct libusb_interface interface = {.altsetting = &setting, .num_altsetting = 1};

int LIBUSB_CALL libusb_get_active_config_descriptor(libusb_device *device,
                                                    struct libusb_config_descriptor **out) {
    (void)device;
    struct libusb_config_descriptor *made = calloc(1, sizeof *made);
    if (!made)
        return LIBUSB_ERROR_NO_MEM;
    *made = (struct libusb_config_descriptor){.bLength = LIBUSB_DT_CONFIG_SIZE,
                                              .bDescriptorType = LIBUSB_DT_CONFIG,
                                              .bNumInterfaces = 1,
                                              .interface = &interface};
    *out = made;
    return 0;
}

void LIBUSB_CALL libusb_free_config_descriptor(struct libusb_config_descriptor *config) {
    free(config);
}

/* Pipes */

static int send_down(const unsigned char *data, int size, int *done) {
    usb.message_size = ccid_reader_answer(&usb.reader, data, (size_t)size, usb.message);
    *done = size;
    return usb.message_size ? 0 : LIBUSB_ERROR_PIPE;
}

static int take_up(unsigned char *data, int room, int *done) {
    if (!usb.message_size)
        return LIBUSB_ERROR_TIMEOUT;
    if ((size_t)room < usb.message_size)
        return LIBUSB_ERROR_OVERFLOW;
    memcpy(data, usb.message, usb.message_size);
    *done = (int)usb.message_size;
    usb.message_size = 0;
    return 0;
}

int LIBUSB_CALL libusb_bulk_transfer(libusb_device_handle *handle, unsigned char pipe, unsigned char *data,
                                     int size, int *done, unsigned timeout) {
    (void)handle, (void)timeout;
    lock();
    const int code = !usb.plugged      ? LIBUSB_ERROR_NO_DEVICE
                     : pipe == PIPE_IN ? take_up(data, size, done)
                                       : send_down(data, size, done);
    unlock();
    return code;
}

/* Requests to the class: none is answered. */
int LIBUSB_CALL libusb_control_transfer(libusb_device_handle *handle, uint8_t kind, uint8_t request,
                                        uint16_t value, uint16_t number, unsigned char *data, uint16_t size,
                                        unsigned timeout) {
    (void)handle, (void)kind, (void)request, (void)value, (void)number, (void)data, (void)size, (void)timeout;
    return LIBUSB_ERROR_PIPE;
}

/* Notices: one transfer at a time waits for the slot to change. */

struct waiting {
    bool cancelled;
    struct timespec end;
    struct libusb_transfer base; /* the last: behind it would come what it says of packets */
};

static struct waiting *waiting; /* guarded by the lock */

struct libusb_transfer *LIBUSB_CALL libusb_alloc_transfer(int packets) {
    (void)packets;
    struct waiting *made = calloc(1, sizeof *made);
    return made ? &made->base : NULL;
}

void LIBUSB_CALL libusb_free_transfer(struct libusb_transfer *transfer) {
    free(transfer ? CONTAINER_OF(transfer, struct waiting, base) : NULL);
}

int LIBUSB_CALL libusb_submit_transfer(struct libusb_transfer *transfer) {
    struct waiting *made = CONTAINER_OF(transfer, struct waiting, base);
    (void)clock_gettime(CLOCK_REALTIME, &made->end);
    made->end.tv_sec += transfer->timeout / 1000;
    made->end.tv_nsec += (long)(transfer->timeout % 1000) * 1000000;
    made->end.tv_sec += made->end.tv_nsec / 1000000000;
    made->end.tv_nsec %= 1000000000;
    made->cancelled = false;
    lock();
    const int code = !usb.plugged ? LIBUSB_ERROR_NO_DEVICE : waiting ? LIBUSB_ERROR_BUSY : 0;
    if (code == 0)
        waiting = made;
    unlock();
    return code;
}

int LIBUSB_CALL libusb_cancel_transfer(struct libusb_transfer *transfer) {
    lock();
    const bool there = waiting == CONTAINER_OF(transfer, struct waiting, base);
    if (there)
        waiting->cancelled = true;
    unlock();
    return there ? 0 : LIBUSB_ERROR_NOT_FOUND;
}

static void notify(struct libusb_transfer *transfer) {
    transfer->buffer[0] = NOTIFY_SLOT_CHANGE;
    transfer->buffer[1] = (unsigned char)(SLOT_HAS_CHANGED | (usb.reader.card ? CARD_IS_IN : 0));
    transfer->actual_length = 2;
    usb.changed = false;
}

/* The transfer that is over, with its status; NULL: there is none. */
static struct libusb_transfer *take_over(void) {
    int code = 0;
    while (waiting && usb.plugged && !waiting->cancelled && !usb.changed && code == 0)
        code = waiting->base.timeout ? pthread_cond_timedwait(&usb.news, &usb.lock, &waiting->end)
                                     : pthread_cond_wait(&usb.news, &usb.lock);
    struct libusb_transfer *over = waiting ? &waiting->base : NULL;
    if (over) {
        over->status = !usb.plugged         ? LIBUSB_TRANSFER_NO_DEVICE
                       : waiting->cancelled ? LIBUSB_TRANSFER_CANCELLED
                       : usb.changed        ? LIBUSB_TRANSFER_COMPLETED
                                            : LIBUSB_TRANSFER_TIMED_OUT;
        if (over->status == LIBUSB_TRANSFER_COMPLETED)
            notify(over);
        waiting = NULL;
    }
    return over;
}

int LIBUSB_CALL libusb_handle_events_completed(libusb_context *context, int *completed) {
    (void)context, (void)completed;
    lock();
    struct libusb_transfer *over = take_over();
    unlock();
    if (over)
        over->callback(over);
    return over ? 0 : LIBUSB_ERROR_INTERRUPTED;
}

const char *LIBUSB_CALL libusb_error_name(int code) {
    static const struct {
        int code;
        const char *name;
    } names[] = {{LIBUSB_ERROR_NO_DEVICE, "LIBUSB_ERROR_NO_DEVICE"},
                 {LIBUSB_ERROR_PIPE, "LIBUSB_ERROR_PIPE"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].code == code)
            return names[i].name;
    return "LIBUSB_ERROR_OTHER";
}
