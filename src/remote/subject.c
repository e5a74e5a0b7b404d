/* Subjects: see subject.h. */
#include "remote/subject.h"

#include <stdio.h>
#include <string.h>

#include "remote/message.h"

static const char digits[] = "0123456789ABCDEF";

static bool stands_for_itself(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

bool subject_token(const char *name, size_t size, char *out, size_t room) {
    size_t used = 0;
    if (!size || size > MESSAGE_NAME_MAX || room < 3 * size + 1)
        return false;
    for (size_t i = 0; i < size; i++) {
        const unsigned char c = (unsigned char)name[i];
        if (stands_for_itself(name[i]) || c == ' ') {
            out[used++] = c == ' ' ? '_' : name[i];
            continue;
        }
        out[used++] = '=';
        out[used++] = digits[c >> 4];
        out[used++] = digits[c & 15];
    }
    out[used] = '\0';
    return true;
}

/* The byte that =XX stands for, and only so; 0: none. */
static char escaped(const char *token, size_t left) {
    const char *high = left > 2 ? memchr(digits, token[1], 16) : NULL;
    const char *low = left > 2 ? memchr(digits, token[2], 16) : NULL;
    if (!high || !low)
        return '\0';
    const unsigned code = (unsigned)(high - digits) << 4 | (unsigned)(low - digits);
    const char c = (char)code;
    if (stands_for_itself(c) || c == ' ')
        return '\0';
    return c;
}

bool subject_name(const char *token, size_t size, char *out, size_t room) {
    size_t used = 0;
    for (size_t i = 0; i < size; i++) {
        char c = token[i] == '_' ? ' ' : token[i];
        if (token[i] == '=') {
            c = escaped(token + i, size - i);
            i += 2;
        } else if (token[i] != '_' && !stands_for_itself(c)) {
            return false;
        }
        if (!c || used + 1 >= room)
            return false;
        out[used++] = c;
    }
    if (used < room)
        out[used] = '\0';
    return used > 0 && used <= MESSAGE_NAME_MAX;
}

/* BEFORE, the agent, MIDDLE and, where there is one, the reader. */
static bool join(const char *before, const char *agent, const char *middle, const char *reader, char *out) {
    char tokens[2][3 * MESSAGE_NAME_MAX + 1] = {"", ""};
    if (!subject_token(agent, strlen(agent), tokens[0], sizeof tokens[0]))
        return false;
    if (reader && !subject_token(reader, strlen(reader), tokens[1], sizeof tokens[1]))
        return false;
    (void)snprintf(out, SUBJECT_ROOM, "%s%s%s%s", before, tokens[0], middle, tokens[1]);
    return true;
}

bool subject_of_session(const char *agent, char *out) {
    return join("scard.to.", agent, ".session", NULL, out);
}

bool subject_of_reader(const char *agent, const char *reader, char *out) {
    return join("scard.to.", agent, ".reader.", reader, out);
}

bool subject_of_all(const char *agent, char *out) {
    return join("scard.to.", agent, ".>", NULL, out);
}

bool subject_of_news(const char *agent, const char *reader, char *out) {
    return join("scard.from.", agent, reader ? "." : "", reader, out);
}

/* What is behind `prefix`; NULL: the subject does not begin so. */
static const char *behind(const char *subject, const char *prefix) {
    const size_t size = strlen(prefix);
    return strncmp(subject, prefix, size) == 0 ? subject + size : NULL;
}

bool subject_take_reader(const char *subject, char *reader, size_t room) {
    const char *agent = behind(subject, "scard.to.");
    const char *dot = agent ? strchr(agent, '.') : NULL;
    const char *token = dot ? behind(dot, ".reader.") : NULL;
    return token && subject_name(token, strlen(token), reader, room);
}

bool subject_take_sender(const char *subject, char *agent, size_t room) {
    const char *token = behind(subject, "scard.from.");
    return token && subject_name(token, strcspn(token, "."), agent, room);
}
