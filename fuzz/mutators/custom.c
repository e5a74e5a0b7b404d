/* Gives a fuzz program its mutator, which MUTATOR names; one time in four libFuzzer's own. */
#include "mutators/mutators.h"

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed);

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed) {
    return seed % 4 == 0 ? LLVMFuzzerMutate(data, size, room) : MUTATOR(data, size, room, seed / 4);
}
