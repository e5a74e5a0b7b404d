/* Ctrl-C as something to wait for, on Windows: an event that the console's handler sets. See interrupt.h. */
#include "terminal/interrupt.h"

#include "scardssp.h"

static HANDLE came; /* the handler can be told of it in no other way */

static BOOL WINAPI on_control(DWORD control) {
    if (control != CTRL_C_EVENT && control != CTRL_BREAK_EVENT)
        return FALSE;
    SetEvent(came);
    return TRUE;
}

int interrupt_open(void) {
    came = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (!came)
        return -1;
    SetConsoleCtrlHandler(on_control, TRUE);
    return (int)(intptr_t)came; /* of a handle 32 bits count */
}

void interrupt_close(void) {
    SetConsoleCtrlHandler(on_control, FALSE);
    CloseHandle(came);
    came = NULL;
}

bool interrupt_wait(int descriptor, uint32_t ms) {
    (void)descriptor; /* there is one event only */
    return WaitForSingleObject(came, ms) == WAIT_OBJECT_0;
}
