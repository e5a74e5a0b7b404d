/* The sentence about the last failure: one for each thread, marked with the database it is about. */
#include "carddb/explain.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

static atomic_uint_fast64_t registered;
static _Thread_local uint64_t subject;
static _Thread_local char sentence[EXPLAIN_SIZE];

uint64_t explain_register(void) {
    return atomic_fetch_add(&registered, 1) + 1;
}

void explain_set(uint64_t number, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    subject = number;
}

const char *explain_get(uint64_t number) {
    return subject == number ? sentence : "";
}
