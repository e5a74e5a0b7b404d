/* What the tags of data objects mean, by tables. Used by objects.c, and to say what objects are. */
#ifndef SCARD_SHELL_TAGS_H
#define SCARD_SHELL_TAGS_H

#include <stdint.h>

/* What the tags mean beside those of ISO/IEC 7816-4. */
enum objects_kind {
    OBJECTS_ANY,       /* nothing else */
    OBJECTS_FILE,      /* file control parameters (ISO/IEC 7816-4:2005 §5.3.3) */
    OBJECTS_CHUID,     /* PIV: SP 800-73-4, part 1, appendix A */
    OBJECTS_CCC,       /* PIV: the same */
    OBJECTS_CONTAINER, /* PIV: certificates and the rest */
    OBJECTS_OPENPGP,   /* functional specification 3.4, 4.4.1 */
    OBJECTS_RULES      /* access rules (ISO/IEC 7816-4:2005 §5.4.3.2) */
};

/* In words; NULL: nobody has said. Those of the kind go before those of ISO/IEC 7816. */
const char *tags_meaning(enum objects_kind kind, uint32_t tag);

#endif
