/* Managers of cards for tests, and the objects that they make. */
#ifndef SCARDSSP_TESTS_SUPPORT_KITS_MANAGING_H
#define SCARDSSP_TESTS_SUPPORT_KITS_MANAGING_H

#include "com/win.h"
#include "support/worlds/world.h"

/* A new manager in this world, whose calls wait for WORLD_TIMEOUT_MS; the test fails if it cannot be had. */
ISCardManage *managing_new(struct world *world);

/* The same, attached to the world's reader. */
ISCardManage *managing_attached(struct world *world, SCARD_SHARE_MODES share);

/* What a manager makes; the test fails if it does not. */
ISCardVerify *managing_verify(ISCardManage *manage);
ISCardAuth *managing_auth(ISCardManage *manage);
ISCardFileAccess *managing_files(ISCardManage *manage);

/* A manager that is attached to a fresh demo card (SHARED), and the files of the card. */
struct managing_stage {
    ISCardManage *manage;
    ISCardFileAccess *files;
};
void managing_begin(struct world *world, struct managing_stage *stage);
void managing_end(struct managing_stage *stage);

/* Another program: a card object, attached to the reader by whatever protocol is in use there. */
ISCard *managing_other(struct world *world, SCARD_SHARE_MODES share);

/* The card answers: a challenge of 8 bytes comes. */
#define assert_manages(manage) assert_manages_at((manage), S_OK, __FILE__, __LINE__)
/* The same call returns this code. */
#define assert_manages_not(manage, hr) assert_manages_at((manage), (HRESULT)(hr), __FILE__, __LINE__)
void assert_manages_at(ISCardManage *manage, HRESULT hr, const char *file, int line);

#endif
