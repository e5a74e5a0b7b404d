/*
 * Row 13 of the recovery specification, for a manager and what it has made: in a forked child all of them say
 * SCARD_E_INVALID_HANDLE until the manager attaches again; the parent is unharmed, a lock and open files of
 * its included. Runs in each world of support/worlds/world.h (first argument).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "support/kits/apdus.h"
#include "support/kits/buffers.h"
#include "support/kits/child.h"
#include "support/kits/managing.h"
#include "support/worlds/world.h"

#define NONE SC_FL_NO_FLAGS

static struct world *world;

/* A manager, and one of each that it makes. */
static struct family {
    ISCardManage *manage;
    ISCardFileAccess *files;
    ISCardVerify *verify;
    ISCardAuth *auth;
    HSCARD_FILE file; /* 0002, open */
} family;

static HSCARD_FILE opened(void) {
    BSTR path = SysAllocString(L"/0002");
    HSCARD_FILE file = 0;
    (void)ISCardFileAccess_Open(family.files, SC_TYPE_BY_ID, path, &file);
    SysFreeString(path);
    return file;
}

static int stage_open(void **state) {
    (void)state;
    world_insert(world, "demo");
    family.manage = managing_attached(world, SHARED);
    family.files = managing_files(family.manage);
    family.verify = managing_verify(family.manage);
    family.auth = managing_auth(family.manage);
    family.file = opened();
    return family.file ? 0 : -1;
}

static int stage_close(void **state) {
    ISCardAuth_Release(family.auth);
    ISCardVerify_Release(family.verify);
    ISCardFileAccess_Release(family.files);
    ISCardManage_Release(family.manage);
    return world_after(state);
}

/* Reads five bytes from where the file stands. */
static HRESULT read_five(HSCARD_FILE file, uint8_t bytes[5]) {
    IByteBuffer *buffer = NULL;
    LONG count = 5, read = 0;
    const HRESULT hr = ISCardFileAccess_Read(family.files, file, &count, &buffer, NONE);
    if (FAILED(hr))
        return hr;
    (void)IByteBuffer_Read(buffer, bytes, 5, &read);
    IByteBuffer_Release(buffer);
    return read == 5 ? S_OK : E_FAIL;
}

static HRESULT show(const char *text) {
    IByteBuffer *code = buffer_of(text, strlen(text));
    LONG reference = 1;
    const HRESULT hr = ISCardVerify_Verify(family.verify, code, NONE, &reference);
    IByteBuffer_Release(code);
    return hr;
}

static HRESULT challenge(void) {
    IByteBuffer *buffer = NULL;
    LONG length = 8;
    const HRESULT hr = ISCardAuth_GetChallenge(family.auth, 0, NULL, &length, &buffer);
    if (buffer)
        IByteBuffer_Release(buffer);
    return hr;
}

/* The parent's connection is not the child's: every call says so, at once, and sends nothing. */
static int refused(void) {
    SCARD_STATES state;
    SCARD_PROTOCOLS protocol;
    SAFEARRAY *list = NULL;
    uint8_t bytes[5];
    const uint64_t start = clock_ms();
    CHILD_CLAIM(read_five(family.file, bytes) == (HRESULT)SCARD_E_INVALID_HANDLE);
    CHILD_CLAIM(ISCardFileAccess_Directory(family.files, SC_TYPE_FILES, &list) ==
                (HRESULT)SCARD_E_INVALID_HANDLE);
    CHILD_CLAIM(show("9999") == (HRESULT)SCARD_E_INVALID_HANDLE);
    CHILD_CLAIM(ISCardVerify_ResetSecurityState(family.verify, NONE) == (HRESULT)SCARD_E_INVALID_HANDLE);
    CHILD_CLAIM(challenge() == (HRESULT)SCARD_E_INVALID_HANDLE);
    CHILD_CLAIM(ISCardManage_SCardLock(family.manage) == (HRESULT)SCARD_E_INVALID_HANDLE);
    CHILD_CLAIM(ISCardManage_Status(family.manage, &state, &protocol) == (HRESULT)SCARD_E_INVALID_HANDLE);
    CHILD_CLAIM(clock_ms() - start < 1500);
    return 0;
}

/* After Reconnect the same objects work, and the file that was open still is. */
static int works(void) {
    uint8_t bytes[5] = {0};
    CHILD_CLAIM(ISCardManage_Reconnect(family.manage) == S_OK);
    CHILD_CLAIM(read_five(family.file, bytes) == S_OK && memcmp(bytes, " from", 5) == 0);
    CHILD_CLAIM(challenge() == S_OK);
    CHILD_CLAIM(show("1234") == S_OK);
    CHILD_CLAIM(ISCardVerify_ResetSecurityState(family.verify, NONE) == S_OK);
    CHILD_CLAIM(ISCardManage_SCardLock(family.manage) == S_OK);
    CHILD_CLAIM(ISCardManage_SCardUnlock(family.manage, LEAVE) == S_OK);
    CHILD_CLAIM(ISCardManage_SCardUnlock(family.manage, LEAVE) == (HRESULT)SCARD_E_NOT_TRANSACTED);
    return 0;
}

/* To the end: each object is given up, and the connection of the child's own. */
static int child_of_family(void *unused) {
    (void)unused;
    if (refused() || works())
        return 1;
    CHILD_CLAIM(ISCardManage_Detach(family.manage) == S_OK);
    CHILD_CLAIM(ISCardAuth_Release(family.auth) == 0);
    CHILD_CLAIM(ISCardVerify_Release(family.verify) == 0);
    CHILD_CLAIM(ISCardFileAccess_Release(family.files) == 0);
    CHILD_CLAIM(ISCardManage_Release(family.manage) == 0);
    return 0;
}

static void test_fork__objects_of_a_manager(void **state) {
    uint8_t bytes[5];
    (void)state;
    assert_hr(read_five(family.file, bytes), S_OK);
    assert_memory_equal(bytes, "Hello", 5);
    child_run(child_of_family, NULL);
    assert_hr(read_five(family.file, bytes), S_OK);
    assert_memory_equal(bytes, " from", 5);
    assert_manages(family.manage);
}

/* The other way: the child attaches by the reader's name; what was open before is closed then. */
static int child_attaches(void *unused) {
    uint8_t bytes[5];
    (void)unused;
    CHILD_CLAIM(ISCardManage_AttachByIFD(family.manage, world->reader, SHARED) == S_OK);
    CHILD_CLAIM(read_five(family.file, bytes) == E_INVALIDARG);
    const HSCARD_FILE file = opened();
    CHILD_CLAIM(file && file != family.file);
    CHILD_CLAIM(read_five(file, bytes) == S_OK && memcmp(bytes, "Hello", 5) == 0);
    CHILD_CLAIM(ISCardManage_Detach(family.manage) == S_OK);
    return 0;
}

static void test_fork__the_child_attaches(void **state) {
    uint8_t bytes[5];
    (void)state;
    child_run(child_attaches, NULL);
    assert_hr(read_five(family.file, bytes), S_OK);
    assert_memory_equal(bytes, "Hello", 5);
}

static int refused_only(void *unused) {
    (void)unused;
    return refused();
}

/* The parent's lock is neither the child's nor lost with it; and a code shown under it still counts. */
static void test_fork__under_a_lock(void **state) {
    LONG reference = 1;
    (void)state;
    ISCard *other = managing_other(world, SHARED);
    assert_hr(ISCardManage_SCardLock(family.manage), S_OK);
    assert_hr(show("1234"), S_OK);
    child_run(refused_only, NULL);
    assert_hr(ISCard_LockSCard(other), SCARD_E_TIMEOUT);
    assert_hr(ISCardVerify_Verify(family.verify, NULL, NONE, &reference), S_OK);
    assert_hr(ISCardManage_SCardUnlock(family.manage, LEAVE), S_OK);
    assert_hr(ISCard_LockSCard(other), S_OK);
    ISCard_Release(other);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, stage_open, stage_close)

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        CASE(test_fork__objects_of_a_manager),
        CASE(test_fork__the_child_attaches),
        CASE(test_fork__under_a_lock),
    };
    return world_run(argc, argv, &world, tests, sizeof tests / sizeof tests[0]);
}
