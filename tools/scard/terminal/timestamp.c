/* The time of day as text: see timestamp.h. */
#include "terminal/timestamp.h"

#include <stdio.h>
#include <time.h>

void timestamp_local(char *out, size_t room) {
    const time_t now = time(NULL);
    const struct tm *parts = localtime(&now);
    if (!parts || strftime(out, room, "%H:%M:%S", parts) == 0)
        out[0] = '\0';
}

void timestamp_utc(char *out, size_t room) {
    struct timespec now = {0};
    char seconds[TIMESTAMP_MAX] = "";
    (void)clock_gettime(CLOCK_REALTIME, &now);
    const struct tm *parts = gmtime(&now.tv_sec);
    if (parts)
        (void)strftime(seconds, sizeof seconds, "%Y-%m-%dT%H:%M:%S", parts);
    (void)snprintf(out, room, "%.24s.%03dZ", seconds, (int)(now.tv_nsec / 1000000));
}
