/*
 * What an IFD handler wants of the program that loads it: pcscd's log functions. Handlers leave them
 * undefined and are linked to be bound at once, so they cannot be loaded where nobody has them. This file is
 * no part of the library: it becomes a shared object of its own, which host.c carries along and loads. What
 * handlers say goes to who has set scardssp_ifd_log.
 */
#include <stdarg.h>
#include <stdio.h>

#define HOST __attribute__((visibility("default")))
#define TEXT_MAX 512

/* Set by host.c. priority: 0 debug, 1 information, 2 error, 3 critical; one line of text without its end. */
HOST extern void (*scardssp_ifd_log)(int priority, const char *text);
void (*scardssp_ifd_log)(int priority, const char *text);

HOST __attribute__((format(printf, 2, 3))) void log_msg(int priority, const char *format, ...);
HOST __attribute__((format(printf, 3, 4))) void log_msg_rv(int priority, unsigned code, const char *format,
                                                           ...);
HOST void log_xxd(int priority, const char *text, const unsigned char *bytes, int size);
/* The same by the names of older handlers. */
HOST __attribute__((format(printf, 1, 2))) void debug_msg(const char *format, ...);
HOST void debug_xxd(const char *text, const unsigned char *bytes, int size);

static __attribute__((format(printf, 2, 0))) void say(int priority, const char *format, va_list arguments) {
    char text[TEXT_MAX];
    if (scardssp_ifd_log && vsnprintf(text, sizeof text, format, arguments) >= 0)
        scardssp_ifd_log(priority, text);
}

void log_msg(int priority, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    say(priority, format, arguments);
    va_end(arguments);
}

void log_msg_rv(int priority, unsigned code, const char *format, ...) {
    va_list arguments;
    (void)code;
    va_start(arguments, format);
    say(priority, format, arguments);
    va_end(arguments);
}

/* The bytes may be a PIN on its way to a card: nobody gets to see them. */
void log_xxd(int priority, const char *text, const unsigned char *bytes, int size) {
    (void)bytes;
    log_msg(priority, "%s(%d bytes)", text, size);
}

void debug_msg(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    say(0, format, arguments);
    va_end(arguments);
}

void debug_xxd(const char *text, const unsigned char *bytes, int size) {
    log_xxd(0, text, bytes, size);
}
