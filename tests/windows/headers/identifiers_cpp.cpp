/*
 * A second file of the program of test_identifiers.c, in C++: has the same identifiers, by name and by
 * __uuidof.
 */
#include "identifiers.h"

extern "C" struct identifiers identifiers_in_cpp(void) {
    return {CLSID_CSCard, IID_ISCard, IID_IByteBuffer, __uuidof(ISCard)};
}
