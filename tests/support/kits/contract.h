/* Interfaces of the contract by their names, for tests that have them as text. */
#ifndef SCARDSSP_TESTS_SUPPORT_KITS_CONTRACT_H
#define SCARDSSP_TESTS_SUPPORT_KITS_CONTRACT_H

#include "com/contract.h"

/* A letter of ASCII in lower case; everything else as it is. */
static inline char contract_letter(char c) {
    return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

/* The interface with this name, upper and lower case being the same; NULL when there is none. */
static inline const struct contract_interface *contract_by_name(const char *name) {
    size_t count = 0;
    const struct contract_interface *const all = contract_interfaces(&count);
    for (size_t i = 0; i < count; ++i) {
        size_t at = 0;
        while (name[at] && contract_letter(name[at]) == contract_letter(all[i].name[at]))
            ++at;
        if (name[at] == all[i].name[at])
            return &all[i];
    }
    return NULL;
}

#endif
