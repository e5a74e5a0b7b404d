/*
 * The memory under a stream while another thread writes: block, size and address that are told belong to one
 * moment (behaviour.md: all objects may be used from any thread). Built a second time with ThreadSanitizer,
 * which sees whether anything is read while it changes.
 */
#include "support/kits/com.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

#include "compat/memstream.h"
#include "objects/streamloan.h"

#define LENDINGS 20000
/*
 * How often memory has to be seen in both states, and how long that may take where the other thread gets no
 * turn.
 */
#define SEEN_LEAST 20
#define SECONDS_MOST 20

struct writer {
    IStream *stream;
    atomic_bool stop;
};

/* Grows and empties the stream, which moves its memory about. */
static void *write_on(void *context) {
    struct writer *const writer = context;
    const LARGE_INTEGER start = {.QuadPart = 0};
    const ULARGE_INTEGER nothing = {.QuadPart = 0};
    while (!atomic_load(&writer->stop)) {
        for (int i = 0; i < 8; ++i)
            (void)IStream_Write(writer->stream, "0123456789", 10, NULL);
        (void)IStream_SetSize(writer->stream, nothing);
        (void)IStream_Seek(writer->stream, start, STREAM_SEEK_SET, NULL);
    }
    return NULL;
}

static void test_take__while_another_thread_writes(void **state) {
    (void)state;
    struct writer writer = {.stream = NULL};
    pthread_t thread;
    unsigned torn = 0, full = 0, empty = 0;
    assert_hr(S_OK, memstream_create(NULL, true, &writer.stream));
    atomic_init(&writer.stop, false);
    assert_int_equal(0, pthread_create(&thread, NULL, write_on, &writer));
    const time_t begin = time(NULL);
    for (int i = 0;
         i < LENDINGS || ((full < SEEN_LEAST || empty < SEEN_LEAST) && time(NULL) - begin < SECONDS_MOST);
         ++i) {
        BYTEARRAY memory = {.hMem = NULL};
        assert_hr(S_OK, streamloan_lend(writer.stream, &memory));
        torn += (memory.dwSize == 0) != (memory.pbyData == NULL) || memory.dwSize % 10 != 0;
        full += memory.dwSize != 0;
        empty += memory.dwSize == 0;
        assert_hr(S_OK, streamloan_return(writer.stream, memory.pbyData));
    }
    atomic_store(&writer.stop, true);
    assert_int_equal(0, pthread_join(thread, NULL));
    assert_int_equal(0, torn);
    assert_true(full >= SEEN_LEAST && empty >= SEEN_LEAST);
    assert_int_equal(0, IStream_Release(writer.stream));
    assert_int_equal(0, memstream_count());
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_take__while_another_thread_writes),
    };
    return cmocka_run_group_tests_name("objects/streamloan", tests, NULL, NULL);
}
