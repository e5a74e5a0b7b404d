/*
 * What the programs of the real DLL over the played service expect of its codes, and what they say to that
 * service.
 */
#ifndef SCARDSSP_TESTS_WINDOWS_SERVED_EXPECTING_H
#define SCARDSSP_TESTS_WINDOWS_SERVED_EXPECTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <windows.h>

#include <cmocka.h>

/* Of support/fakes/winscard.h */
enum { FAKE_RECONNECT = 7, FAKE_END = 10, FAKE_TRANSMIT = 12 };
#define FAKE_MUTE 0x7F000002L

static inline void expect(HRESULT got, HRESULT wanted, int line) {
    if (got != wanted)
        print_error("line %d: 0x%08lX\n", line, (unsigned long)got);
    assert_int_equal((uint32_t)got, (uint32_t)wanted);
}
#define EXPECT(call, wanted) expect(call, wanted, __LINE__)

#endif
