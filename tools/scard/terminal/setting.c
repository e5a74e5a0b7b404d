/* Environment variables: see setting.h. */
#include "terminal/setting.h"

#include <stdlib.h>

bool setting_change(const char *name, const char *value) {
    return setenv(name, value, 1) == 0;
}

const char *setting_get(const char *name) {
    return getenv(name);
}
