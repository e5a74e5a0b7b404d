/*
 * What a card does for a program, each failure point in turn: ISCardManage and what it makes. Arguments as in
 * test_port.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "failures/program.h"
#include "objects/services/manage.h"
#include "support/kits/apdus.h"
#include "support/kits/managing.h"

static struct world *world;

static struct {
    struct managing_stage stage;
    ISCardVerify *verify;
    ISCardAuth *auth;
    HSCARD_FILE file;
    IByteBuffer *code;
    BSTR path, directory, root;
} at_hand;

/* A manager from its making to its end, with all that it makes. */
static uint32_t manage_another(void) {
    ISCardManage *manage = NULL;
    ISCardVerify *verify = NULL;
    ISCardAuth *auth = NULL;
    ISCardFileAccess *files = NULL;
    HRESULT hr = manage_create(world->service, WORLD_TIMEOUT_MS, &manage);
    if (SUCCEEDED(hr))
        hr = ISCardManage_AttachByIFD(manage, world->reader, SHARED);
    if (SUCCEEDED(hr))
        hr = ISCardManage_CreateCHVerification(manage, &verify);
    if (SUCCEEDED(hr))
        hr = ISCardManage_CreateCardAuth(manage, &auth);
    if (SUCCEEDED(hr))
        hr = ISCardManage_CreateFileAccess(manage, &files);
    if (files)
        ISCardFileAccess_Release(files);
    if (auth)
        ISCardAuth_Release(auth);
    if (verify)
        ISCardVerify_Release(verify);
    if (manage)
        ISCardManage_Release(manage);
    return (uint32_t)hr;
}

static uint32_t challenge(void) {
    IByteBuffer *bytes = NULL;
    LONG length = 8;
    const HRESULT hr = ISCardAuth_GetChallenge(at_hand.auth, 0, NULL, &length, &bytes);
    return program_release(hr, bytes);
}

static uint32_t open_and_close(void) {
    HSCARD_FILE file = 0;
    HRESULT hr = ISCardFileAccess_Open(at_hand.stage.files, SC_TYPE_BY_ID, at_hand.path, &file);
    assert_true(SUCCEEDED(hr) == (file != 0));
    if (SUCCEEDED(hr))
        hr = ISCardFileAccess_Close(at_hand.stage.files, file);
    return (uint32_t)hr;
}

static uint32_t read_file(void) {
    IByteBuffer *bytes = NULL;
    LONG count = 200;
    HRESULT hr = ISCardFileAccess_Seek(at_hand.stage.files, at_hand.file, 0, SC_SEEK_FROM_BEGINNING);
    if (SUCCEEDED(hr))
        hr = ISCardFileAccess_Read(at_hand.stage.files, at_hand.file, &count, &bytes, SC_FL_NO_FLAGS);
    assert_int_equal(count, SUCCEEDED(hr) ? 200 : 0);
    return program_release(hr, bytes);
}

static uint32_t write_file(void) {
    HRESULT hr = ISCardFileAccess_Seek(at_hand.stage.files, at_hand.file, 40, SC_SEEK_FROM_BEGINNING);
    if (SUCCEEDED(hr))
        hr = ISCardFileAccess_Write(at_hand.stage.files, at_hand.file, 4, at_hand.code, SC_FL_NO_FLAGS);
    return (uint32_t)hr;
}

static uint32_t change_directory(void) {
    BSTR text = NULL;
    HRESULT hr = ISCardFileAccess_ChangeDir(at_hand.stage.files, SC_TYPE_BY_ID, at_hand.directory);
    if (SUCCEEDED(hr))
        hr = ISCardFileAccess_GetCurrentDir(at_hand.stage.files, &text);
    SysFreeString(text);
    points_pause(true); /* where the connection has gone, the next call comes from the root anyway */
    (void)ISCardFileAccess_ChangeDir(at_hand.stage.files, SC_TYPE_BY_ID, at_hand.root);
    points_pause(false);
    return (uint32_t)hr;
}

static uint32_t list_directory(void) {
    SAFEARRAY *array = NULL;
    const HRESULT hr = ISCardFileAccess_Directory(at_hand.stage.files, SC_TYPE_ALL_FILES, &array);
    assert_true(SUCCEEDED(hr) == (array != NULL));
    SafeArrayDestroy(array);
    return (uint32_t)hr;
}

static const struct sweep_row rows[] = {
    SWEEP_ROW(manage_another), SWEEP_ROW(challenge),        SWEEP_ROW(open_and_close), SWEEP_ROW(read_file),
    SWEEP_ROW(write_file),     SWEEP_ROW(change_directory), SWEEP_ROW(list_directory),
};

static bool reconnect(void) {
    return SUCCEEDED(ISCardManage_Reconnect(at_hand.stage.manage)) ||
           SUCCEEDED(ISCardManage_AttachByIFD(at_hand.stage.manage, world->reader, SHARED));
}

/* What a program does after a fault: the card is put in again where it has gone, the file opened anew. */
static bool renew(void) {
    bool found = program_finds_card(world, reconnect);
    if (!found) {
        world_tidy(world);
        found = reconnect();
    }
    (void)ISCardFileAccess_Close(at_hand.stage.files, at_hand.file);
    at_hand.file = 0;
    return found &&
           SUCCEEDED(ISCardFileAccess_Open(at_hand.stage.files, SC_TYPE_BY_ID, at_hand.path, &at_hand.file));
}

/* Of a card that hangs on a connection: that has ended. */
static const uint32_t losses[] = {RM_W_UNRESPONSIVE_CARD, RM_W_REMOVED_CARD, RM_E_NO_SMARTCARD, 0};

static const struct sweep_plan plan = {.no_memory = (uint32_t)E_OUTOFMEMORY,
                                       .mend = renew,
                                       .losses = losses,
                                       .rows = rows,
                                       .count = sizeof rows / sizeof *rows};

static int set_up(void **state) {
    (void)state;
    managing_begin(world, &at_hand.stage);
    at_hand.verify = managing_verify(at_hand.stage.manage);
    at_hand.auth = managing_auth(at_hand.stage.manage);
    at_hand.code = buffer_from_hex("31 32 33 34");
    at_hand.path = SysAllocString(L"/0002");
    at_hand.directory = SysAllocString(L"/DF01");
    at_hand.root = SysAllocString(L"/");
    assert_hr(ISCardFileAccess_Open(at_hand.stage.files, SC_TYPE_BY_ID, at_hand.path, &at_hand.file), S_OK);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    SysFreeString(at_hand.root);
    SysFreeString(at_hand.directory);
    SysFreeString(at_hand.path);
    IByteBuffer_Release(at_hand.code);
    ISCardAuth_Release(at_hand.auth);
    ISCardVerify_Release(at_hand.verify);
    managing_end(&at_hand.stage);
    return 0;
}

int main(int argc, char **argv) {
    static const struct program program = {
        .plan = &plan, .world = &world, .set_up = set_up, .tear_down = tear_down};
    return program_run(&program, argc, argv);
}
