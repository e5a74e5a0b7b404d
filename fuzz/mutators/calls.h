/* The form of the inputs of fuzz_dispatch.c: calls of so many bytes, one after the other. */
#ifndef SCARDSSP_FUZZ_MUTATORS_CALLS_H
#define SCARDSSP_FUZZ_MUTATORS_CALLS_H

#define CALL_ARGUMENTS 5u
/* Object, member, flags, count; then each argument: three bytes and a type. */
#define CALL_SIZE (4u + 4u * CALL_ARGUMENTS)

#endif
