/* The calls of scardssp_rm.h about readers and where they come from. */
#include <string.h>

#include "scardssp_rm.h"

#include "calls.h"

static void list_readers(void) {
    char names[4096];
    size_t size = sizeof names;
    int count = 0;
    EXPECT(scardssp_list_readers(names, &size) == S_OK);
    for (const char *name = names; *name; name += strlen(name) + 1)
        ++count;
    EXPECT(count > 0);
}

static int count_reader(void *user, const char *name, const struct scardssp_reader_state *state) {
    int *cards = user;
    *cards += name[0] != '\0' && (state->state & SCARD_STATE_PRESENT) != 0;
    return 1; /* go on */
}

static void each_reader(void) {
    const scardssp_reader_visitor visit = count_reader;
    int cards = 0;
    EXPECT(scardssp_each_reader(visit, &cards) == S_OK && cards > 0);
}

static void get_reader_attribute(void) {
    uint8_t vendor[256];
    size_t size = sizeof vendor;
    const int32_t status = scardssp_get_reader_attribute("Simulated Reader 00", 0x00010100, vendor, &size);
    EXPECT(status == S_OK || status == SCARD_E_UNSUPPORTED_FEATURE);
}

static void count_usb_reader(void *user, const struct scardssp_usb_reader *reader) {
    int *count = user;
    *count += reader->device[0] != '\0';
}

/* Readers that are plugged in, whether or not they are listed. A system without USB tells of none. */
static void each_usb_reader(void) {
    const scardssp_usb_reader_visitor visitor = count_usb_reader;
    int count = 0;
    const int32_t status = scardssp_each_usb_reader(NULL, visitor, &count);
    EXPECT(status == S_OK || (status == SCARD_E_UNSUPPORTED_FEATURE && count == 0));
}

static void count_backend(void *user, const struct scardssp_backend *backend) {
    int *count = user;
    *count += backend->name[0] != '\0';
}

static void used_backends(void) {
    const scardssp_backend_visitor visitor = count_backend;
    int count = 0;
    EXPECT(scardssp_used_backends(visitor, &count) == S_OK && count == 1);
}

static void count_change(void *user, const struct scardssp_reader_change *change) {
    int *count = user;
    *count += change->name[0] != '\0';
}

/* The first call tells what is there; later ones wait for something to happen. */
static void watch_wait(void) {
    const scardssp_change_visitor visit = count_change;
    struct scardssp_watch *watch = NULL;
    int count = 0;
    EXPECT(scardssp_watch_open(&watch) == S_OK);
    EXPECT(scardssp_watch_wait(watch, 1000, visit, &count) == S_OK && count > 0);
    EXPECT(scardssp_watch_wait(watch, 0, visit, &count) == SCARD_E_TIMEOUT);
    scardssp_watch_close(watch);
}

/* Before the first object that needs readers; here it comes too late. */
static void trace(void) {
    EXPECT(scardssp_trace(1) == E_UNEXPECTED);
    EXPECT(scardssp_trace_record("calls.jsonl") == E_UNEXPECTED);
}

const struct call reader_calls[] = {{"scardssp_list_readers", list_readers},
                                    {"scardssp_each_reader", each_reader},
                                    {"scardssp_get_reader_attribute", get_reader_attribute},
                                    {"scardssp_each_usb_reader", each_usb_reader},
                                    {"scardssp_used_backends", used_backends},
                                    {"scardssp_watch_wait", watch_wait},
                                    {"scardssp_trace", trace},
                                    {NULL, NULL}};
