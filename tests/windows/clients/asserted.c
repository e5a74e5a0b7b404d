/*
 * mingw-w64's header held to the contract by the C compiler: every function in its slot and of its type, none
 * behind the last. Linked into test_contract.c's program; there is nothing to run.
 */
#include "contract_lists.h"
#include "mingw.h"

#define ASSERT_MEMBER(itf, function, slot, dispid, name, in_c, in_cpp)                                       \
    static_assert(offsetof(itf##Vtbl, function) == (slot) * sizeof(void *), #itf "::" #function ", slot");   \
    static_assert(                                                                                           \
        __builtin_types_compatible_p(__typeof__(((itf##Vtbl *)0)->function), HRESULT(WINAPI *) in_c),        \
        #itf "::" #function ", type");
#define ASSERT_SIZE(itf, slots) static_assert(sizeof(itf##Vtbl) == (slots) * sizeof(void *), #itf);
CONTRACT_MEMBERS(ASSERT_MEMBER)
CONTRACT_INTERFACES(ASSERT_SIZE)
