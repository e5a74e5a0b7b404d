/* Windows' own smart card service, SCardSvr: see examine.h. */
#include <windows.h>

#include "doctor/examine.h"
#include "scardssp.h"
#include "terminal/failure.h"

#define SERVICE L"SCardSvr"

/* What the service control manager says of it: a SERVICE_* state; 0: there is no such service. */
static DWORD service_state(void) {
    SERVICE_STATUS status = {0};
    const SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    const SC_HANDLE service = manager ? OpenServiceW(manager, SERVICE, SERVICE_QUERY_STATUS) : NULL;
    if (service && !QueryServiceStatus(service, &status))
        status.dwCurrentState = 0;
    if (service)
        CloseServiceHandle(service);
    if (manager)
        CloseServiceHandle(manager);
    return status.dwCurrentState;
}

bool examine_service(struct findings *all, struct reader_list *readers) {
    const int32_t status = reader_list_get(readers);
    const DWORD state = service_state();
    struct finding *one = NULL;
    if (status == S_OK) {
        one = finding_add(all, FINDING_FINE, "service", NULL);
        finding_what(one, "the smart card service answers");
    } else if (state == 0) {
        one = finding_add(all, FINDING_FAULT, "service-missing", NULL);
        finding_what(one, "this system has no smart card service");
        finding_seen(one, "the service control manager knows no SCardSvr; %s", failure_name(status));
        finding_remedy(one, "Wine before 10 has none: use the simulator there");
        finding_command(one, "scard --rm sim list");
    } else if (state != SERVICE_RUNNING) {
        one = finding_add(all, FINDING_FAULT, "service-stopped", NULL);
        finding_what(one, "the smart card service does not run");
        finding_seen(
            one, "sc query SCardSvr; Windows starts it when a reader is plugged in, unless it is disabled");
        finding_remedy(one, "plug a reader in; or, as an administrator, start the service");
        finding_command(one, "sc config SCardSvr start= demand && net start SCardSvr");
    } else {
        one = finding_add(all, FINDING_FAULT, "service-fails", NULL);
        finding_what(one, "the smart card service runs, but does not work for this program");
        finding_seen(one, "%s: %s", failure_name(status), scardssp_status_advice(status));
        finding_remedy(one, "as an administrator, start it anew");
        finding_command(one, "net stop SCardSvr && net start SCardSvr");
    }
    return status == S_OK;
}
