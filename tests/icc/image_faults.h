/* Wrong card images and the messages they must give. Linked with the tests of the image loader's files. */
#ifndef TESTS_BACKENDS_SIM_IMAGE_FAULTS_H
#define TESTS_BACKENDS_SIM_IMAGE_FAULTS_H

#include <stddef.h>

#include "icc/card.h"
#include "support/kits/scratch.h"

#define FAULTS_PATH_ROOM (SCRATCH_ROOM + 20)

/* A card whose MF has the fields between CARD and END, from line 2 on. */
#define CARD                                                                                                 \
    "{\"format\":\"scardssp-card\",\"version\":1,\"name\":\"n\",\"protocols\":[\"T=0\",\"T=1\"],\"mf\":{\n"
#define END "\n}}"
/* One file with the fields between FILES and FILES_END, on line 3; EF has its identifier already. */
#define FILES CARD "\"files\":[\n{"
#define FILES_END "}\n]" END
#define EF FILES "\"id\":\"0001\","
/* The value of an AES key. */
#define K16 "\"value\":\"000102030405060708090A0B0C0D0E0F\""

struct fault {
    const char *text;    /* the image */
    const char *message; /* "line: field: what is wrong" */
};

/*
 * The file the images are written to; made by faults_begin(), the set-up of the group, removed by
 * faults_end().
 */
extern char faults_path[FAULTS_PATH_ROOM];
int faults_begin(void **state);
int faults_end(void **state);

/* Writes the text to the file and makes a card from it. */
struct sim_card *faults_load(const char *text, size_t size, char *message, size_t message_size);

/* Every image gives its message, after the name of the file. */
void faults_expect(const struct fault *faults, size_t count);
void faults_expect_one(const char *text, size_t size, const char *message);

/* Text made piece by piece, for images with many items; big_begin() empties it. */
extern char big[];
extern size_t big_size;
void big_begin(void);
void big_add(const char *format, ...) __attribute__((format(__printf__, 1, 2)));

#endif
