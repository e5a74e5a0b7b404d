/*
 * Included by tests that ask for more memory than there is: lets AddressSanitizer answer NULL, as malloc()
 * does.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_FAKES_BIGALLOC_H
#define SCARDSSP_TESTS_SUPPORT_FAKES_BIGALLOC_H

__attribute__((visibility("default"), used)) const char *__asan_default_options(void);

const char *__asan_default_options(void) {
    return "allocator_may_return_null=1";
}

#endif
