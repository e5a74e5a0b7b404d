/* The calls of scardssp_rm.h that say in words what cards say and are told. */
#include <string.h>

#include "scardssp_rm.h"

#include "calls.h"

static void sw_text(void) {
    char text[128];
    EXPECT(scardssp_sw_text(0x63C2, text, sizeof text) == strlen(text));
    EXPECT(strcmp(text, "63C2: verification failed, 2 tries left") == 0);
}

/* The same word is an error of one card and a success of another: the command decides. */
static void sw_text_after(void) {
    static const uint8_t command[] = {0x90, 0x0A, 0x00, 0x00};
    char text[128];
    EXPECT(scardssp_sw_text_after(command, sizeof command, 0x91AE, text, sizeof text) > 0);
    EXPECT(strstr(text, "authentication") != NULL);
}

static void apdu_text(void) {
    static const uint8_t read[] = {0x00, 0xB0, 0x00, 0x00, 0x18};
    char text[160];
    EXPECT(scardssp_apdu_text(read, sizeof read, text, sizeof text) > 0);
    EXPECT(strncmp(text, "READ BINARY", 11) == 0);
}

/* What may be written into a log. */
static void apdu_secret(void) {
    static const uint8_t verify[] = {0x00, 0x20, 0x00, 0x81, 0x04, '1', '2', '3', '4'};
    size_t start = 0, count = 0;
    EXPECT(scardssp_apdu_secret(verify, sizeof verify, &start, &count) == SCARDSSP_SECRET_CERTAIN);
    EXPECT(start == 5 && count == 4);
    static const uint8_t select[] = {0x00, 0xA4, 0x00, 0x0C, 0x02, 0x3F, 0x00};
    EXPECT(scardssp_apdu_secret(select, sizeof select, NULL, NULL) == SCARDSSP_SECRET_NONE);
    static const uint8_t envelope[] = {0x00, 0xC2, 0x00, 0x00, 0x02, 0x00, 0x84};
    EXPECT(scardssp_apdu_secret(envelope, sizeof envelope, NULL, NULL) == SCARDSSP_SECRET_PERHAPS);
}

static const uint8_t atr[] = {0x3B, 0x8F, 0x80, 0x01, 0x80, 0x4F, 0x0C, 0xA0, 0x00, 0x00,
                              0x03, 0x06, 0x03, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x6A};

static void atr_text(void) {
    char text[256];
    EXPECT(scardssp_atr_text(atr, sizeof atr, text, sizeof text) > 0);
}

static void count_part(void *user, const char *part, const uint8_t *bytes, size_t size, const char *text) {
    size_t *told = user;
    (void)bytes;
    *told += part[0] != '\0' && text[0] != '\0' ? size : 0;
}

static void atr_explain(void) {
    const scardssp_part_visitor visitor = count_part;
    size_t told = 0;
    EXPECT(scardssp_atr_explain(atr, sizeof atr, visitor, &told) == S_OK);
    EXPECT(told == sizeof atr); /* each byte once */
}

static void count_object(void *user, const struct scardssp_object *object) {
    int *deepest = user;
    if ((int)object->depth > *deepest)
        *deepest = (int)object->depth;
}

/* What a card answers to SELECT: a template, and two data objects in it. */
static void each_object(void) {
    static const uint8_t answer[] = {0x62, 0x07, 0x80, 0x02, 0x01, 0x00, 0x82, 0x01, 0x01};
    const scardssp_object_visitor visitor = count_object;
    int deepest = 0;
    EXPECT(scardssp_each_object(answer, sizeof answer, visitor, &deepest) == S_OK && deepest == 1);
}

const struct call word_calls[] = {
    {"scardssp_sw_text", sw_text},         {"scardssp_sw_text_after", sw_text_after},
    {"scardssp_apdu_text", apdu_text},     {"scardssp_apdu_secret", apdu_secret},
    {"scardssp_atr_text", atr_text},       {"scardssp_atr_explain", atr_explain},
    {"scardssp_each_object", each_object}, {NULL, NULL}};
