/*
 * A program that tells whether it runs with more rights than its caller, and whether it sees the class
 * Test.Double: exit status 10 (plain) or 20 (more rights), plus 1 if it does. test_providers.c runs set-uid
 * copies of it.
 */
#include <sys/auxv.h>
#include <unistd.h>

#include <scardssp.h>

#include "beside.h"

int main(void) {
    CLSID clsid;
    const int rights = getauxval(AT_SECURE) ? 20 : 10;
    const __typeof__(&scardssp_CLSIDFromProgID) find =
        (__typeof__(&scardssp_CLSIDFromProgID))beside_function("scardssp_CLSIDFromProgID");
    const HRESULT hr = find(L"Test.Double", &clsid);
    _exit(rights + (hr == S_OK));
}
