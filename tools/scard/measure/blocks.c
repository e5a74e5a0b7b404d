/* The locale as the environment has it: see blocks.h. */
#include "measure/blocks.h"

#include <stddef.h>

#include "base/env.h"
#include "terminal/text.h"

bool blocks_are_shown(void) {
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; ++i) {
        const char *locale = env_get(names[i]);
        if (locale)
            return text_contains(locale, "UTF-8") || text_contains(locale, "UTF8");
    }
    return false;
}
