/*
 * The words of reader.conf: KEY and value, one pair a line, in any order; "..." and '...' keep blanks, #
 * begins a comment. A key that has come already begins the next reader.
 */
#include "backends/ifd/readerconf.h"

#include <stdlib.h>
#include <string.h>

#include "backends/ifd/folder.h"

enum key { KEY_NAME, KEY_DRIVER, KEY_DEVICE, KEY_CHANNEL, KEYS };

static const char *const keys[KEYS] = {"FRIENDLYNAME", "LIBPATH", "DEVICENAME", "CHANNELID"};

/* Adds what has been read, if it is a reader, and forgets it. false: out of memory. */
static bool flush(struct ifd_conf *conf, char *values[KEYS]) {
    const unsigned long channel = values[KEY_CHANNEL] ? strtoul(values[KEY_CHANNEL], NULL, 0) : 0;
    const bool whole = values[KEY_NAME] && *values[KEY_NAME] && values[KEY_DRIVER] && *values[KEY_DRIVER] &&
                       (values[KEY_DEVICE] || channel);
    bool added = true;
    if (whole) {
        struct ifd_conf_entry *more = realloc(conf->entries, (conf->count + 1) * sizeof *more);
        added = more != NULL;
        if (added) {
            conf->entries = more;
            more[conf->count++] = (struct ifd_conf_entry){.name = values[KEY_NAME],
                                                          .driver = values[KEY_DRIVER],
                                                          .device = values[KEY_DEVICE],
                                                          .channel = channel};
            values[KEY_NAME] = values[KEY_DRIVER] = values[KEY_DEVICE] = NULL;
        }
    }
    for (int key = 0; key < KEYS; ++key) {
        free(values[key]);
        values[key] = NULL;
    }
    return added;
}

/* Cuts the next word off the line; NULL: there is none. */
static char *next_word(char **line) {
    char *word = *line + strspn(*line, " \t\r");
    size_t length;
    if (!*word || *word == '#')
        return NULL;
    if (*word == '"' || *word == '\'') {
        const char quote[2] = {*word++, '\0'};
        length = strcspn(word, quote);
    } else {
        length = strcspn(word, " \t\r#");
    }
    *line = word + length + (word[length] != '\0' && word[length] != '#');
    word[length] = '\0';
    return word;
}

static bool read_line(struct ifd_conf *conf, char *values[KEYS], char *line) {
    const char *word = next_word(&line);
    const char *value = word ? next_word(&line) : NULL;
    for (int key = 0; value && key < KEYS; ++key) {
        if (strcmp(word, keys[key]) != 0)
            continue;
        if (values[key] && !flush(conf, values))
            return false;
        values[key] = strdup(value);
        return values[key] != NULL;
    }
    return true;
}

static bool read_text(struct ifd_conf *conf, char *text) {
    char *values[KEYS] = {NULL};
    bool fine = true;
    for (char *line = text, *next; line && fine; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        fine = read_line(conf, values, line);
    }
    return flush(conf, values) && fine;
}

bool ifd_conf_read(struct ifd_conf *conf, const char *path) {
    char **names = ifd_folder_read(path);
    char *text = names ? NULL : ifd_text_read(NULL, path, NULL);
    bool fine = names || (text && read_text(conf, text));
    free(text);
    for (char **name = names; fine && name && *name; ++name) {
        text = ifd_text_read(path, *name, NULL);
        fine = !text || read_text(conf, text);
        free(text);
    }
    ifd_folder_free(names);
    return fine;
}

void ifd_conf_clear(struct ifd_conf *conf) {
    for (size_t i = 0; i < conf->count; ++i) {
        free(conf->entries[i].name);
        free(conf->entries[i].driver);
        free(conf->entries[i].device);
    }
    free(conf->entries);
    *conf = (struct ifd_conf){.entries = NULL};
}

struct ifd_reader_spec ifd_conf_spec(const struct ifd_conf_entry *entry) {
    return (struct ifd_reader_spec){
        .driver = entry->driver, .device = entry->device, .channel = entry->channel};
}
