/*
 * Calls of the objects that a card's manager makes: files and authentication, for programs that know no
 * commands. The card is the demo card of the simulator.
 */
#define COBJMACROS
#include "scardssp.h"

#include "calls.h"

/* A buffer with these bytes, its pointer at 0. */
static IByteBuffer *buffer_with(BYTE *bytes, LONG size) {
    IByteBuffer *buffer = NULL;
    EXPECT(CoCreateInstance(&CLSID_CByteBuffer, NULL, CLSCTX_ALL, &IID_IByteBuffer, (void **)&buffer) ==
           S_OK);
    EXPECT(IByteBuffer_Initialize(buffer, size, bytes) == S_OK);
    return buffer;
}

/* The manager of the card in the first reader. */
static ISCardManage *attached(void) {
    ISCardManage *manage = NULL;
    BSTR reader = SysAllocString(L"Simulated Reader 00");
    EXPECT(CoCreateInstance(&CLSID_CSCardManage, NULL, CLSCTX_ALL, &IID_ISCardManage, (void **)&manage) ==
           S_OK);
    EXPECT(ISCardManage_AttachByIFD(manage, reader, SHARED) == S_OK);
    SysFreeString(reader);
    return manage;
}

/* A connection that somebody else has opened, here an ISCard, and goes on owning. */
static void AttachByHandle(void) {
    ISCard *card = NULL;
    ISCardManage *manage = NULL;
    HSCARD handle = 0;
    SCARD_STATES state;
    SCARD_PROTOCOLS protocol;
    BSTR reader = SysAllocString(L"Simulated Reader 00");
    EXPECT(CoCreateInstance(&CLSID_CSCard, NULL, CLSCTX_ALL, &IID_ISCard, (void **)&card) == S_OK);
    EXPECT(ISCard_AttachByReader(card, reader, SHARED, (SCARD_PROTOCOLS)(T0 | T1)) == S_OK);
    EXPECT(ISCard_get_CardHandle(card, &handle) == S_OK);
    EXPECT(CoCreateInstance(&CLSID_CSCardManage, NULL, CLSCTX_ALL, &IID_ISCardManage, (void **)&manage) ==
           S_OK);
    EXPECT(ISCardManage_AttachByHandle(manage, handle) == S_OK);
    EXPECT(ISCardManage_Status(manage, &state, &protocol) == S_OK && state == SPECIFICMODE);
    ISCardManage_Release(manage); /* without Detach: the connection stays */
    EXPECT(ISCard_get_Status(card, &state) == S_OK && state == SPECIFICMODE);
    ISCard_Release(card);
    SysFreeString(reader);
}

/* Eight bytes that nobody has seen before. */
static void GetChallenge(void) {
    ISCardManage *manage = attached();
    ISCardAuth *auth = NULL;
    IByteBuffer *challenge = NULL;
    LONG size = 8;
    EXPECT(ISCardManage_CreateCardAuth(manage, &auth) == S_OK);
    EXPECT(ISCardAuth_GetChallenge(auth, 0, NULL, &size, &challenge) == S_OK && size == 8);
    IByteBuffer_Release(challenge);
    ISCardAuth_Release(auth);
    ISCardManage_Release(manage);
}

/*
 * The program proves that it has key 01. It would encrypt the challenge by itself; here the card does, which
 * has that key, too.
 */
static void APP_Auth(void) {
    ISCardManage *manage = attached();
    ISCardAuth *auth = NULL;
    BYTE key_reference = 1;
    IByteBuffer *key = buffer_with(&key_reference, 1), *challenge = NULL;
    LONG size = 16;
    EXPECT(ISCardManage_CreateCardAuth(manage, &auth) == S_OK);
    EXPECT(ISCardAuth_GetChallenge(auth, 0, NULL, &size, &challenge) == S_OK);
    EXPECT(ISCardAuth_ICC_Auth(auth, 0, key, &size, &challenge) == S_OK && size == 16);
    EXPECT(ISCardAuth_APP_Auth(auth, 0, key, challenge) == S_OK);
    EXPECT(ISCardAuth_APP_Auth(auth, 0, key, challenge) == SCARD_E_NO_ACCESS); /* it counts once */
    IByteBuffer_Release(challenge);
    IByteBuffer_Release(key);
    ISCardAuth_Release(auth);
    ISCardManage_Release(manage);
}

/* Code 01. The buffer is empty afterwards: it holds no secret. */
static void User_Auth(void) {
    ISCardManage *manage = attached();
    ISCardAuth *auth = NULL;
    BYTE digits[] = {'1', '2', '3', '4'}, code_reference = 1;
    IByteBuffer *code = buffer_with(digits, 4), *reference = buffer_with(&code_reference, 1);
    LONG size = 0; /* all there is */
    STATSTRUCT stat;
    EXPECT(ISCardManage_CreateCardAuth(manage, &auth) == S_OK);
    EXPECT(ISCardAuth_User_Auth(auth, 0, reference, &size, &code) == S_OK);
    EXPECT(IByteBuffer_Stat(code, &stat, STATFLAG_NONAME) == S_OK && stat.cbSize == 0);
    IByteBuffer_Release(reference);
    IByteBuffer_Release(code);
    ISCardAuth_Release(auth);
    ISCardManage_Release(manage);
}

/* What the card can do, tag 47: its third byte tells of logical channels (ISO/IEC 7816-4:2005 §8.1.1.2.7). */
static void GetFileCapabilities(void) {
    ISCardManage *manage = attached();
    ISCardFileAccess *files = NULL;
    BYTE card[8] = {0x47}, current[8] = {0x83};
    TLV_TABLE table[] = {{sizeof card, card}, {sizeof current, current}};
    LONG count = 2;
    EXPECT(ISCardManage_CreateFileAccess(manage, &files) == S_OK);
    EXPECT(ISCardFileAccess_GetFileCapabilities(files, table, &count, SC_FL_NO_FLAGS) == S_OK);
    EXPECT(table[0].cbSize == 5 && (card[4] & 7) == 3);                    /* four channels */
    EXPECT(table[1].cbSize == 4 && current[2] == 0x3F && current[3] == 0); /* the master file */
    ISCardFileAccess_Release(files);
    ISCardManage_Release(manage);
}

/* A file is put to sleep by its life cycle, tag 8A, and woken up. */
static void SetProperties(void) {
    ISCardManage *manage = attached();
    ISCardFileAccess *files = NULL;
    BYTE asleep[] = {0x8A, 1, 4}, awake[] = {0x8A, 1, 5};
    TLV_TABLE off = {sizeof asleep, asleep}, on = {sizeof awake, awake};
    BSTR path = SysAllocString(L"/0002");
    EXPECT(ISCardManage_CreateFileAccess(manage, &files) == S_OK);
    EXPECT(ISCardFileAccess_SetProperties(files, SC_TYPE_BY_ID, path, &off, 1, SC_FL_NO_FLAGS) == S_OK);
    EXPECT(ISCardFileAccess_SetProperties(files, SC_TYPE_BY_ID, path, &on, 1, SC_FL_NO_FLAGS) == S_OK);
    SysFreeString(path);
    ISCardFileAccess_Release(files);
    ISCardManage_Release(manage);
}

const struct call service_calls[] = {{"ISCardManage::AttachByHandle", AttachByHandle},
                                     {"ISCardAuth::GetChallenge", GetChallenge},
                                     {"ISCardAuth::APP_Auth", APP_Auth},
                                     {"ISCardAuth::User_Auth", User_Auth},
                                     {"ISCardFileAccess::GetFileCapabilities", GetFileCapabilities},
                                     {"ISCardFileAccess::SetProperties", SetProperties},
                                     {NULL, NULL}};
