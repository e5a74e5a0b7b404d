/* The backends that Linux has and Windows has not: see backendrow.h. A new one is a row of the table. */
#include "module/backendrow.h"

const struct backend_row rows_here[] = {{.name = NULL}};
