/* Why pcscd cannot be used: see system.h. */
#include "backends/system.h"

#define POLKIT                                                                                                 \
    "sit at the machine, or let polkit allow org.debian.pcsc-lite.access_pcsc to this user (a container: let " \
    "pcscd run with --disable-polkit)"

void system_service_explain(bool made, rm_status status, const char **cause, const char **remedy) {
    if (!made && status == RM_E_NO_SERVICE) {
        *cause = "the library libpcsclite.so.1 cannot be loaded";
        *remedy = "install it, and the service (Debian: apt-get install libpcsclite1 pcscd)";
    } else if (status == RM_E_NO_SERVICE) {
        *cause = "no PC/SC service is running";
        *remedy =
            "install and start it (Debian: apt-get install pcscd; systemctl enable --now pcscd.socket); in a "
            "container let it have the socket of the host's, /run/pcscd";
    } else if (status == RM_W_SECURITY_VIOLATION) {
        *cause = "the PC/SC service does not let this program in";
        *remedy = POLKIT;
    }
}
