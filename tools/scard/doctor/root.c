/* The root folder of what is examined: see root.h. */
#include "doctor/root.h"

#include "base/env.h"

const char *root_folder(void) {
    return env_get("SCARDSSP_DOCTOR_ROOT");
}
