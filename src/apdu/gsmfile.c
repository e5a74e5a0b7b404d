/* What a SIM says of a file: see gsmfile.h. */
#include "apdu/gsmfile.h"

#include <string.h>

/* Places in the answer, from 0, and the shortest ones. */
enum { SIZE = 2, ID = 4, TYPE = 6, STATUS = 11, STRUCTURE = 13, RECORD_SIZE = 14 };
enum { CHARACTERISTICS = 13, CODE_STATUS = 18, CODE_STEP = 2 }; /* of a directory; CHV1, PUK1, CHV2, PUK2 */
#define CHV1_DISABLED 0x80u
#define CODE_INITIALISED 0x80u
#define CODE_TRIES 0x0Fu
#define DIRECTORY_MIN 7u
#define FILE_MIN 14u

enum { TYPE_MF = 1, TYPE_DF = 2, TYPE_EF = 4 };
enum { STRUCTURE_TRANSPARENT = 0, STRUCTURE_LINEAR = 1, STRUCTURE_CYCLIC = 3 };
#define NOT_INVALIDATED 0x01u

/*
 * ISO/IEC 7816-4: descriptors (table 14), writing is the card's own affair (table 87), life cycle (table 13).
 */
enum {
    DESCRIPTOR_TRANSPARENT = 0x01,
    DESCRIPTOR_LINEAR = 0x02,
    DESCRIPTOR_CYCLIC = 0x06,
    DESCRIPTOR_DF = 0x38
};
#define CODING 0x21u
enum { DEACTIVATED = 0x04, ACTIVATED = 0x05 };

static uint16_t word_at(const uint8_t *bytes) {
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static void take_kind(struct fcp *fcp, uint8_t descriptor) {
    fcp->has_descriptor = true;
    fcp->descriptor = descriptor;
    fcp->kind = fcp_kind_of(descriptor);
}

static void take_file(const uint8_t *bytes, size_t size, struct fcp *fcp) {
    const uint8_t structure = bytes[STRUCTURE];
    fcp->has_size = true;
    fcp->size = word_at(bytes + SIZE);
    fcp->has_life_cycle = true;
    fcp->life_cycle = bytes[STATUS] & NOT_INVALIDATED ? ACTIVATED : DEACTIVATED;
    if (structure == STRUCTURE_TRANSPARENT)
        take_kind(fcp, DESCRIPTOR_TRANSPARENT);
    if (structure != STRUCTURE_LINEAR && structure != STRUCTURE_CYCLIC)
        return;
    take_kind(fcp, structure == STRUCTURE_LINEAR ? DESCRIPTOR_LINEAR : DESCRIPTOR_CYCLIC);
    fcp->has_coding = true;
    fcp->coding = CODING;
    fcp->record_size = size > RECORD_SIZE ? bytes[RECORD_SIZE] : 0;
    if (fcp->record_size)
        fcp->record_count = (uint16_t)(fcp->size / fcp->record_size);
}

bool gsmfile_parse(const uint8_t *bytes, size_t size, struct fcp *out) {
    memset(out, 0, sizeof *out);
    if (size < DIRECTORY_MIN || (bytes[TYPE] == TYPE_EF && size < FILE_MIN))
        return false;
    out->has_id = true;
    out->id = word_at(bytes + ID);
    if (bytes[TYPE] == TYPE_MF || bytes[TYPE] == TYPE_DF)
        take_kind(out, DESCRIPTOR_DF);
    else if (bytes[TYPE] == TYPE_EF)
        take_file(bytes, size, out);
    return true;
}

bool gsmfile_code(const uint8_t *bytes, size_t size, unsigned number, struct gsmfile_code *out) {
    *out = (struct gsmfile_code){0};
    if (number < 1 || number > 2)
        return false;
    const size_t place = CODE_STATUS + (size_t)(number - 1) * CODE_STEP;
    if (size <= place || (bytes[TYPE] != TYPE_MF && bytes[TYPE] != TYPE_DF))
        return false;
    out->exists = bytes[place] & CODE_INITIALISED;
    out->tries = bytes[place] & CODE_TRIES;
    out->disabled = number == 1 && bytes[CHARACTERISTICS] & CHV1_DISABLED;
    return true;
}
