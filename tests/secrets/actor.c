/*
 * A program that shows PINs and keys to the first card there is, in every way that the objects have. The
 * test looks into its memory while it still has them, while its objects live, and once they are gone. What
 * it holds itself, it wipes.
 */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#define COBJMACROS
#include "given.h"
#include "scardssp.h"
#include "scardssp_card.h"

#define CODE 1
#define WAIT_MS 30000 /* for a card that is on its way */

struct actor {
    struct given given;
    BSTR reader;
    ISCardManage *manage;
    ISCardVerify *verify;
    ISCardAuth *auth;
    ISCard *card;
    ISCardEx *more;
    ISCardCmd *cmd;
    ISCardISO7816 *iso;
    struct scardssp_card *plain;
};

static void *make(REFCLSID class, REFIID interface) {
    void *object = NULL;
    const HRESULT hr = CoCreateInstance(class, NULL, CLSCTX_ALL, interface, &object);
    if (FAILED(hr)) {
        given_tell("CoCreateInstance", (uint32_t)hr);
        exit(1);
    }
    return object;
}

static IByteBuffer *buffer_of(const uint8_t *bytes, LONG size) {
    IByteBuffer *const buffer = make(&CLSID_CByteBuffer, &IID_IByteBuffer);
    (void)IByteBuffer_Initialize(buffer, size, (BYTE *)(uintptr_t)bytes);
    return buffer;
}

/* 00 INS P1 01 Lc and both values; the caller wipes it. */
static size_t command_of(uint8_t command[5 + 2 * GIVEN_SIZE], const uint8_t head[4], const uint8_t *first,
                         const uint8_t *second) {
    const size_t size = second ? 2 * GIVEN_SIZE : GIVEN_SIZE;
    memcpy(command, head, 4);
    command[4] = (uint8_t)size;
    memcpy(command + 5, first, GIVEN_SIZE);
    if (second)
        memcpy(command + 5 + GIVEN_SIZE, second, GIVEN_SIZE);
    return 5 + size;
}

static void forget(void *memory, size_t size) {
    volatile uint8_t *const bytes = memory;
    for (size_t i = 0; i < size; ++i)
        bytes[i] = 0;
}

/* The status word of the command object's reply as the code that is told; else what the call returned. */
static uint32_t outcome(const struct actor *actor, HRESULT hr) {
    WORD sw = 0;
    if (hr == S_OK)
        hr = ISCardCmd_get_ReplyStatus(actor->cmd, &sw);
    return hr == S_OK ? sw : (uint32_t)hr;
}

static const uint8_t verify_head[4] = {0x00, 0x20, 0x00, CODE};

/* Commands: by the builder of ISO commands, of parts, of bytes */
static void act_commands(struct actor *actor) {
    IByteBuffer *pin = buffer_of(actor->given.pin, GIVEN_SIZE);
    uint8_t bytes[5 + 2 * GIVEN_SIZE];
    LONG le = 0;
    HRESULT hr = ISCardISO7816_Verify(actor->iso, CODE, pin, &actor->cmd);
    if (SUCCEEDED(hr))
        hr = ISCard_Transaction(actor->card, &actor->cmd);
    given_tell("iso", outcome(actor, hr));
    hr = ISCardCmd_BuildCmd(actor->cmd, 0x00, 0x20, 0x00, CODE, pin, &le);
    if (SUCCEEDED(hr))
        hr = ISCard_Transaction(actor->card, &actor->cmd);
    given_tell("parts", outcome(actor, hr));
    const size_t size = command_of(bytes, verify_head, actor->given.pin, NULL);
    IByteBuffer *whole = buffer_of(bytes, (LONG)size);
    forget(bytes, sizeof bytes);
    hr = ISCardCmd_put_Apdu(actor->cmd, whole);
    if (SUCCEEDED(hr))
        hr = ISCard_Transaction(actor->card, &actor->cmd);
    given_tell("bytes", outcome(actor, hr));
    (void)ISCardCmd_Clear(actor->cmd);
    IByteBuffer_Release(whole);
    IByteBuffer_Release(pin);
}

/* Bytes as an array, as a script has it: of bytes, and of variants */
static void act_array(struct actor *actor, VARTYPE type, const char *name) {
    VARIANT command, reply;
    uint8_t bytes[5 + 2 * GIVEN_SIZE];
    const size_t size = command_of(bytes, verify_head, actor->given.pin, NULL);
    VariantInit(&command);
    VariantInit(&reply);
    SAFEARRAY *const array = SafeArrayCreateVector(type, 0, (ULONG)size);
    for (LONG i = 0; array && i < (LONG)size; ++i) {
        VARIANT element;
        VariantInit(&element);
        V_VT(&element) = VT_I2;
        V_I2(&element) = bytes[i];
        (void)SafeArrayPutElement(array, &i, type == VT_VARIANT ? (void *)&element : (void *)&bytes[i]);
        forget(&element, sizeof element);
    }
    forget(bytes, sizeof bytes);
    V_VT(&command) = (VARTYPE)(VT_ARRAY | type);
    V_ARRAY(&command) = array;
    DISPID member = 0;
    OLECHAR *spelt = (OLECHAR[]){L"TransmitBytes"};
    HRESULT hr = ISCardEx_GetIDsOfNames(actor->more, &IID_NULL, &spelt, 1, 0, &member);
    DISPPARAMS parameters = {&command, NULL, 1, 0};
    if (SUCCEEDED(hr))
        hr = ISCardEx_Invoke(actor->more, member, &IID_NULL, 0, DISPATCH_METHOD, &parameters, &reply, NULL,
                             NULL);
    given_tell(name, (uint32_t)hr);
    (void)VariantClear(&reply);
    (void)VariantClear(&command);
}

/* What is no command is refused; and commands that carry keys, which the card need not know */
static void act_keys(struct actor *actor) {
    static const struct {
        const char *name;
        uint8_t head[4];
    } kinds[] = {{"LOAD KEYS", {0xFF, 0x82, 0x00, 0x00}},
                 {"PUT KEY", {0x80, 0xD8, 0x01, 0x81}},
                 {"ENVELOPE", {0x00, 0xC2, 0x00, 0x00}},
                 {"chained VERIFY", {0x10, 0x20, 0x00, CODE}}};
    uint8_t bytes[5 + 2 * GIVEN_SIZE], reply[258];
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; ++i) {
        size_t room = sizeof reply;
        const size_t size = command_of(bytes, kinds[i].head, actor->given.key, NULL);
        const int32_t status = scardssp_transmit(actor->plain, bytes, size, reply, &room);
        given_tell(kinds[i].name, (uint32_t)status);
    }
    size_t room = sizeof reply;
    (void)command_of(bytes, verify_head, actor->given.pin, NULL);
    bytes[4] = GIVEN_SIZE + 3;
    given_tell("malformed", (uint32_t)scardssp_transmit(actor->plain, bytes, 5 + GIVEN_SIZE, reply, &room));
    room = sizeof reply;
    const size_t size = command_of(bytes, verify_head, actor->given.pin, NULL);
    given_tell("plain", (uint32_t)scardssp_transmit(actor->plain, bytes, size, reply, &room));
    forget(bytes, sizeof bytes);
}

/* The objects for codes and authentication */
static void act_services(struct actor *actor) {
    IByteBuffer *pin = buffer_of(actor->given.pin, GIVEN_SIZE);
    IByteBuffer *other = buffer_of(actor->given.other, GIVEN_SIZE);
    IByteBuffer *shown = buffer_of(actor->given.pin, GIVEN_SIZE);
    LONG reference = CODE, length = GIVEN_SIZE;
    given_tell("Verify", (uint32_t)ISCardVerify_Verify(actor->verify, pin, SC_FL_IHV_GLOBAL, &reference));
    given_tell("ChangeCode",
               (uint32_t)ISCardVerify_ChangeCode(actor->verify, pin, other, SC_FL_IHV_GLOBAL, CODE));
    reference = CODE;
    given_tell("old code", (uint32_t)ISCardVerify_Verify(actor->verify, pin, SC_FL_IHV_GLOBAL, &reference));
    given_tell("renew",
               (uint32_t)scardssp_verify_renew(actor->verify, actor->given.puk, GIVEN_SIZE, actor->given.pin,
                                               GIVEN_SIZE, SC_FL_IHV_GLOBAL, CODE));
    given_tell("User_Auth", (uint32_t)ISCardAuth_User_Auth(actor->auth, 0, NULL, &length, &shown));
    IByteBuffer_Release(shown);
    IByteBuffer_Release(other);
    IByteBuffer_Release(pin);
}

/* The card encrypts what it is given with its key 01. */
static void act_proof(struct actor *actor) {
    static const uint8_t challenge[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    IByteBuffer *proof = buffer_of(challenge, sizeof challenge);
    LONG length = sizeof challenge;
    HRESULT hr = ISCardAuth_ICC_Auth(actor->auth, 0, NULL, &length, &proof);
    given_tell("ICC_Auth", (uint32_t)hr);
    IByteBuffer_Release(proof);
}

static void begin(struct actor *actor, const char *reader) {
    wchar_t name[SCARDSSP_READER_MAX] = L"";
    (void)mbstowcs(name, reader, SCARDSSP_READER_MAX - 1);
    actor->reader = SysAllocString(name);
    actor->manage = make(&CLSID_CSCardManage, &IID_ISCardManage);
    actor->card = make(&CLSID_CSCard, &IID_ISCard);
    actor->cmd = make(&CLSID_CSCardCmd, &IID_ISCardCmd);
    actor->iso = make(&CLSID_CSCardISO7816, &IID_ISCardISO7816);
    (void)ISCard_QueryInterface(actor->card, &IID_ISCardEx, (void **)&actor->more);
    given_tell("AttachByReader", (uint32_t)ISCard_AttachByReader(actor->card, actor->reader, SHARED, T1));
    given_tell("AttachByIFD", (uint32_t)ISCardManage_AttachByIFD(actor->manage, actor->reader, SHARED));
    given_tell("CreateCHVerification",
               (uint32_t)ISCardManage_CreateCHVerification(actor->manage, &actor->verify));
    given_tell("CreateCardAuth", (uint32_t)ISCardManage_CreateCardAuth(actor->manage, &actor->auth));
    given_tell("open", (uint32_t)scardssp_open(reader, &actor->plain));
}

static void end(struct actor *actor) {
    scardssp_close(actor->plain);
    ISCardAuth_Release(actor->auth);
    ISCardVerify_Release(actor->verify);
    ISCardISO7816_Release(actor->iso);
    ISCardCmd_Release(actor->cmd);
    ISCardEx_Release(actor->more);
    ISCard_Release(actor->card);
    ISCardManage_Release(actor->manage);
    SysFreeString(actor->reader);
}

int main(void) {
    static struct actor actor;
    char reader[SCARDSSP_READER_MAX];
    (void)setlocale(LC_ALL, "");
    if (FAILED(CoInitialize(NULL)) || !given_read(&actor.given))
        return 2;
    given_look("given");
    const int32_t status = scardssp_wait(NULL, WAIT_MS, reader, sizeof reader);
    given_tell("card", (uint32_t)status);
    if (status != S_OK)
        return 1;
    begin(&actor, reader);
    act_commands(&actor);
    act_array(&actor, VT_UI1, "array of bytes");
    act_array(&actor, VT_VARIANT, "array of variants");
    act_keys(&actor);
    act_services(&actor);
    act_proof(&actor);
    given_wipe(&actor.given);
    given_look("objects");
    end(&actor);
    given_look("nothing");
    CoUninitialize();
    return 0;
}
