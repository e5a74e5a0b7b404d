/* A stream that a test hands out: see recording.h. */
#include "support/kits/recording.h"

#include <stdlib.h>
#include <string.h>

#ifdef _WIN32

bool recording_open(struct recording *recording) {
    char path[SCRATCH_ROOM + 10];
    memset(recording, 0, sizeof *recording);
    if (!scratch_create(recording->folder))
        return false;
    snprintf(path, sizeof path, "%s/text", recording->folder);
    recording->out = fopen(path, "w+b");
    return recording->out != NULL;
}

bool recording_read(struct recording *recording) {
    if (fflush(recording->out) != 0)
        return false;
    const long size = ftell(recording->out);
    char *text = size < 0 ? NULL : realloc(recording->text, (size_t)size + 1);
    if (!text)
        return false;
    recording->text = text;
    rewind(recording->out);
    recording->size = fread(text, 1, (size_t)size, recording->out);
    text[recording->size] = '\0';
    /* Back to where it is written: after a read that is not optional. */
    return recording->size == (size_t)size && fseek(recording->out, size, SEEK_SET) == 0;
}

#else

bool recording_open(struct recording *recording) {
    memset(recording, 0, sizeof *recording);
    recording->out = open_memstream(&recording->text, &recording->size);
    return recording->out != NULL;
}

bool recording_read(struct recording *recording) {
    return fflush(recording->out) == 0;
}

#endif

void recording_close(struct recording *recording) {
    if (recording->out)
        fclose(recording->out);
    if (recording->folder[0])
        scratch_remove(recording->folder);
    free(recording->text);
}
