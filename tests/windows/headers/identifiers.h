/* The identifiers as a C++ file of the program has them, for test_identifiers.c to compare. */
#ifndef SCARDSSP_TESTS_WINDOWS_IDENTIFIERS_H
#define SCARDSSP_TESTS_WINDOWS_IDENTIFIERS_H

#include "scardssp.h"

struct identifiers {
    GUID clsid_card, iid_card, iid_buffer, uuid_of_card;
};

#ifdef __cplusplus
extern "C"
#endif
    struct identifiers
    identifiers_in_cpp(void);

#endif
