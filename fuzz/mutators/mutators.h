/*
 * Mutators that know what their inputs are made of: they change one part and keep the rest sound, where
 * changing any byte would nearly always give what is refused at its first check. One for each kind of
 * input; meson.build says which target has which. What they do not know how to change libFuzzer changes.
 */
#ifndef SCARDSSP_FUZZ_MUTATORS_MUTATORS_H
#define SCARDSSP_FUZZ_MUTATORS_MUTATORS_H

#include <stddef.h>
#include <stdint.h>

/* Changes `size` bytes of `data`, which has room for `room`; returns how many they are then. */
typedef size_t mutator(uint8_t *data, size_t size, size_t room, unsigned seed);

mutator mutate_apdu;   /* a command: class, instruction, parameters, data, lengths, short or extended */
mutator mutate_atr;    /* interface bytes, historical bytes, TCK */
mutator mutate_tlv;    /* objects of BER-TLV, their lengths made right again */
mutator mutate_json;   /* a card image: numbers, texts, members and elements */
mutator mutate_vpcd;   /* messages of a length and that many bytes */
mutator mutate_calls;  /* calls by name, calls.h */
mutator mutate_faults; /* fault scripts: rules, their conditions, faults and numbers */

/* libFuzzer's own; the tests have one that changes bytes. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t room);

#endif
