/*
 * mingw-w64's header held to the contract by the C++ compiler: every function is of its type, every interface
 * begins with IDispatch and has nothing but functions. Linked into test_contract_cpp.cpp's program; there is
 * nothing to run.
 */
#include <type_traits>

#include "contract_lists.h"
#include "mingw.h"

#define ASSERT_MEMBER(itf, function, slot, dispid, name, in_c, in_cpp)                                       \
    static_assert(std::is_same<decltype(&itf::function), HRESULT(WINAPI itf::*) in_cpp>::value,              \
                  #itf "::" #function);
#define ASSERT_INTERFACE(itf, slots)                                                                         \
    static_assert(std::is_base_of<IDispatch, itf>::value && std::is_abstract<itf>::value &&                  \
                      sizeof(itf) == sizeof(void *),                                                         \
                  #itf);
CONTRACT_MEMBERS(ASSERT_MEMBER)
CONTRACT_INTERFACES(ASSERT_INTERFACE)
