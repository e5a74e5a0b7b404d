/* Environment variables: see setting.h. */
#include "setting.h"

#include <stdlib.h>

bool setting_change(const char *name, const char *value) {
#ifdef _WIN32
    return _putenv_s(name, value) == 0;
#else
    return setenv(name, value, 1) == 0;
#endif
}
