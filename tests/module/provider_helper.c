/*
 * A program that tells whether it runs with more rights than its caller, and whether it sees the class Test.Double: exit
 * status 10 (plain) or 20 (more rights), plus 1 if it does. test_providers.c runs set-uid copies of it.
 */
#include <sys/auxv.h>
#include <unistd.h>

#include <scardssp.h>

int main(void) {
    CLSID clsid;
    const int rights = getauxval(AT_SECURE) ? 20 : 10;
    const HRESULT hr = CLSIDFromProgID(L"Test.Double", &clsid);
    _exit(rights + (hr == S_OK));
}
