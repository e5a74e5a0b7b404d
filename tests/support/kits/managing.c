/* Managers of cards: see managing.h. */
#include "support/kits/managing.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "objects/services/manage.h"
#include "support/kits/apdus.h"

ISCardManage *managing_new(struct world *world) {
    ISCardManage *manage = NULL;
    assert_hr(manage_create(world->service, WORLD_TIMEOUT_MS, &manage), S_OK);
    return manage;
}

ISCardManage *managing_attached(struct world *world, SCARD_SHARE_MODES share) {
    ISCardManage *manage = managing_new(world);
    assert_hr(ISCardManage_AttachByIFD(manage, world->reader, share), S_OK);
    return manage;
}

ISCardVerify *managing_verify(ISCardManage *manage) {
    ISCardVerify *verify = NULL;
    assert_hr(ISCardManage_CreateCHVerification(manage, &verify), S_OK);
    assert_non_null(verify);
    return verify;
}

ISCardAuth *managing_auth(ISCardManage *manage) {
    ISCardAuth *auth = NULL;
    assert_hr(ISCardManage_CreateCardAuth(manage, &auth), S_OK);
    assert_non_null(auth);
    return auth;
}

ISCardFileAccess *managing_files(ISCardManage *manage) {
    ISCardFileAccess *files = NULL;
    assert_hr(ISCardManage_CreateFileAccess(manage, &files), S_OK);
    assert_non_null(files);
    return files;
}

void managing_begin(struct world *world, struct managing_stage *stage) {
    world_insert(world, "demo");
    stage->manage = managing_attached(world, SHARED);
    stage->files = managing_files(stage->manage);
}

void managing_end(struct managing_stage *stage) {
    ISCardFileAccess_Release(stage->files);
    ISCardManage_Release(stage->manage);
}

ISCard *managing_other(struct world *world, SCARD_SHARE_MODES share) {
    ISCard *card = world_card(world);
    assert_hr(ISCard_AttachByReader(card, world->reader, share, (SCARD_PROTOCOLS)(T0 | T1)), S_OK);
    return card;
}

void assert_manages_at(ISCardManage *manage, HRESULT hr, const char *file, int line) {
    ISCardAuth *auth = managing_auth(manage);
    IByteBuffer *challenge = NULL;
    LONG length = 8;
    assert_hr_at(ISCardAuth_GetChallenge(auth, 0, NULL, &length, &challenge), hr, "GetChallenge", file, line);
    assert_int_equal(length, SUCCEEDED(hr) ? 8 : 0);
    if (challenge)
        IByteBuffer_Release(challenge);
    ISCardAuth_Release(auth);
}
