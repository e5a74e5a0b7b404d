/* The lines of the ATR list. */
#include "carddb/atrlist/lines.h"

bool atrlines_next(struct atrlines *lines, enum atrline_kind *kind_out, struct atrline *out) {
    atrlines_skip_mark(lines);
    if (lines->at >= lines->end)
        return false;
    const char *start = lines->at;
    const char *feed = memchr(start, '\n', (size_t)(lines->end - start));
    const char *stop = feed ? feed : lines->end;
    lines->at = feed ? feed + 1 : lines->end;
    lines->line++;
    out->text = start;
    out->size = atrline_trim(start, (size_t)(stop - start));
    if (start < stop && *start == '\t')
        *kind_out = ATRLINE_NAME;
    else if (out->size == 0)
        *kind_out = ATRLINE_EMPTY;
    else
        *kind_out = *start == '#' ? ATRLINE_COMMENT : ATRLINE_PATTERN;
    return true;
}

bool atrline_name(const struct atrline *line, struct atrline *name_out) {
    struct atrline name = *line;
    while (name.size && (*name.text == '\t' || *name.text == ' ')) {
        name.text++;
        name.size--;
    }
    if (name.size == 0 || name.size > ATRLIST_LINE_MAX)
        return false;
    for (size_t i = 0; i < name.size; i++)
        if ((unsigned char)name.text[i] < ' ' || name.text[i] == 0x7F)
            return false;
    *name_out = name;
    return true;
}
