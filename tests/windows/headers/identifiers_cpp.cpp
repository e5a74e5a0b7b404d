// A second file of the program, in C++: uses the same identifiers, by name and by __uuidof.
#include "identifiers.h"

extern "C" struct identifiers identifiers_in_cpp(void) {
    return {CLSID_CSCard, IID_ISCard, IID_IByteBuffer, __uuidof(ISCard)};
}
