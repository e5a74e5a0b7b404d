/* Why Windows' smart card service cannot be used: see backends/system.h. */
#include "backends/system.h"

void system_service_explain(bool made, rm_status status, const char **cause, const char **remedy) {
    if (!made && status == RM_E_NO_SERVICE) {
        *cause = "winscard.dll cannot be loaded, or has no functions for smart cards";
        *remedy = "use Windows, or Wine 10 or later with pcscd";
    } else if (status == RM_E_NO_SERVICE) {
        *cause = "the smart card service is not running";
        *remedy = "start it (net start SCardSvr), or plug a reader in, which does that";
    }
}
