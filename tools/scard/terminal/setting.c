/* Environment variables: see setting.h. */
#include "terminal/setting.h"

#include <stdlib.h>

const char *setting_get(const char *name) {
    return getenv(name);
}
