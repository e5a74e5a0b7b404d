/* Objects written in C that note how they were called: the other side of calls made in C++. */
#ifndef SCARDSSP_TESTS_HEADERS_RECORDER_H
#define SCARDSSP_TESTS_HEADERS_RECORDER_H

#include "scardssp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The last call: which method, its numbers and its pointers in the order of the parameters. */
struct recorded {
    const char *method;
    long numbers[4];
    const void *pointers[4];
};
extern struct recorded recorded;

IByteBuffer *recorder_buffer(void);
ISCardCmd *recorder_cmd(void);
ISCard *recorder_card(void);
ISCardLocate *recorder_locate(void);
ISCardManage *recorder_manage(void);
ISCardVerify *recorder_verify(void);

/* The library's own command object. */
ISCardCmd *real_cmd(void);

/* The slot of a member by the C vtable structures, -1 when there is none; `at` counts through all members. */
int c_slot(size_t at, const char **interface_name, const wchar_t **name);

#ifdef __cplusplus
}
#endif

#endif
