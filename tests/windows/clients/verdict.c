/*
 * The verdicts of programs that know mingw-w64's header only, which has no names for codes: see
 * clients/verdict.h.
 */
#include "clients/verdict.h"

const char *verdict_name(HRESULT code) {
    (void)code;
    return "";
}

void verdict_fail(const char *file, int line) {
    _fail(file, line);
}
