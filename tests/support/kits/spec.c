/* Reading the specification's tables. Used by tests only. */
#include "support/kits/spec.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS 6
#define PATH_MAX_LENGTH 1024

char *spec_read_file(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) {
        fprintf(stderr, "%s is missing\n", path);
        return NULL;
    }
    char *text = NULL;
    if (fseek(file, 0, SEEK_END) == 0) {
        const long size = ftell(file);
        rewind(file);
        text = size < 0 ? NULL : malloc((size_t)size + 1);
        if (text)
            text[fread(text, 1, (size_t)size, file)] = '\0';
    }
    fclose(file);
    return text;
}

static char *read_table(const char *name) {
    char path[PATH_MAX_LENGTH];
    const char *directory = getenv("SCARDSSP_SPEC_DIR");
    snprintf(path, sizeof path, "%s/%s", directory ? directory : SPEC_DIR, name);
    return spec_read_file(path);
}

/* Cuts the line at `*text` off and splits it at tabs; returns the number of columns, 0 at the end. */
static size_t next_line(char **text, const char *columns[COLUMNS]) {
    char *line = *text;
    while (*line == '#' || *line == '\n')
        line += strcspn(line, "\n") + (*line == '\n' ? 1 : 0);
    if (!*line)
        return 0;
    char *end = line + strcspn(line, "\n");
    *text = *end ? end + 1 : end;
    *end = '\0';
    size_t count = 0;
    for (char *at = line; at && count < COLUMNS; ++count) {
        columns[count] = at;
        at = strchr(at, '\t');
        if (at)
            *at++ = '\0';
    }
    return count;
}

static bool parse_rows(struct spec *spec) {
    const char *column[COLUMNS];
    char *text = spec->contract_text;
    for (size_t count; (count = next_line(&text, column)) != 0; ++spec->row_count) {
        if (count < COLUMNS - 1 || spec->row_count == SPEC_ROWS_MAX)
            return false;
        const bool get = strcmp(column[3], "get") == 0, put = strcmp(column[3], "put") == 0;
        if (!get && !put && strcmp(column[3], "method") != 0)
            return false;
        spec->rows[spec->row_count] = (struct spec_row){
            .interface_name = column[0],
            .slot = (unsigned)strtoul(column[1], NULL, 10),
            .dispid = (DISPID)strtol(column[2], NULL, 10),
            .kind = get   ? CONTRACT_GET
                    : put ? CONTRACT_PUT
                          : CONTRACT_METHOD,
            .name = column[4],
            .parameters = count == COLUMNS ? column[5] : "",
        };
    }
    return spec->row_count > 0;
}

static bool parse_guid(const char *text, GUID *out) {
    unsigned d1, d2, d3, d4[8];
    if (sscanf(text, "%8X-%4X-%4X-%2X%2X-%2X%2X%2X%2X%2X%2X", &d1, &d2, &d3, &d4[0], &d4[1], &d4[2], &d4[3],
               &d4[4], &d4[5], &d4[6], &d4[7]) != 11)
        return false;
    out->Data1 = d1;
    out->Data2 = (uint16_t)d2;
    out->Data3 = (uint16_t)d3;
    for (size_t i = 0; i < 8; ++i)
        out->Data4[i] = (uint8_t)d4[i];
    return true;
}

static bool parse_guids(struct spec *spec) {
    const char *column[COLUMNS];
    char *text = spec->guids_text;
    for (size_t count; (count = next_line(&text, column)) != 0; ++spec->guid_count) {
        if (count != 2 || spec->guid_count == SPEC_GUIDS_MAX ||
            !parse_guid(column[1], &spec->guids[spec->guid_count].guid))
            return false;
        spec->guids[spec->guid_count].name = column[0];
    }
    return spec->guid_count > 0;
}

int spec_load(struct spec *spec) {
    *spec = (struct spec){0};
    spec->contract_text = read_table("contract.tsv");
    spec->guids_text = read_table("guids.tsv");
    if (spec->contract_text && spec->guids_text)
        return parse_rows(spec) && parse_guids(spec) ? 0 : -1;
    const char *optional = getenv("SCARDSSP_SPEC_OPTIONAL");
    if (optional && strcmp(optional, "1") == 0)
        return 0;
    fprintf(
        stderr,
        "SCARDSSP_SPEC_DIR names the folder of the specification; SCARDSSP_SPEC_OPTIONAL=1 goes without\n");
    return -1;
}

void spec_free(struct spec *spec) {
    free(spec->contract_text);
    free(spec->guids_text);
}

const char *spec_added_default(const struct spec_row *row) {
    static const struct {
        const char *interface_name, *name, *text;
    } rows[] = {{"ISCardManage", "AttachByIFD", " = SHARED"},
                {"ISCardVerify", "ResetSecurityState", " = SC_FL_NO_FLAGS"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i)
        if (strcmp(row->interface_name, rows[i].interface_name) == 0 && strcmp(row->name, rows[i].name) == 0)
            return rows[i].text;
    return "";
}
