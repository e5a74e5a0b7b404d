/*
 * What fuzz targets share: an input taken apart piece by piece, a claim that must hold, files made of the
 * input. Every fuzz_<parser>.c defines LLVMFuzzerTestOneInput(); libFuzzer calls it, or replay.c with the
 * corpus.
 */
#ifndef SCARDSSP_FUZZ_FUZZ_H
#define SCARDSSP_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The target: runs one input. Always 0; a claim that does not hold ends the process. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Says which claim did not hold, and aborts. */
_Noreturn void fuzz_fail(const char *file, int line, const char *claim);

/* What must hold, whatever the input. */
#define FUZZ_CHECK(claim) ((claim) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #claim))

/* The rest of an input. Once it is used up, it gives zeros and empty pieces. */
struct feed {
    const uint8_t *at;
    size_t left;
};

/* The next byte; the next two or four as a big-endian number. */
uint8_t feed_byte(struct feed *feed);
uint16_t feed_word(struct feed *feed);
uint32_t feed_long(struct feed *feed);

/* The next `wanted` bytes, fewer at the end; *got: how many. Never NULL. */
const uint8_t *feed_bytes(struct feed *feed, size_t wanted, size_t *got);

/* Memory that the caller frees. Where there is none left, the process ends. */
void *fuzz_alloc(size_t size);

/*
 * A copy of exactly this size on the heap, so that reading past it is seen; with `terminator` zero bytes more
 * behind it. The caller frees it.
 */
void *fuzz_copy(const void *bytes, size_t size, size_t terminator);

/*
 * The path of a file of that name in an empty folder of this process alone, which goes away with it. Static
 * text.
 */
const char *scratch_path(const char *name);

/* Puts a file of this content there; returns its path, as above. */
const char *scratch_write(const char *name, const uint8_t *bytes, size_t size);

/* The file's content on the heap, for the caller to free; NULL: no such file. */
uint8_t *scratch_read(const char *name, size_t *size);

/* Removes all files there. */
void scratch_clear(void);

#endif
