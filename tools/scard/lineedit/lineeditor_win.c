/* Lines on Windows, whose console edits them and remembers those of this run. See lineeditor.h. */
#include <stdlib.h>

#include "lineedit/lineeditor.h"
#include "lineedit/plainlines.h"
#include "terminal/screen.h"

struct line_editor {
    struct textline line;
    bool conversation;
};

struct line_editor *line_editor_open(const struct line_manner *manner) {
    struct line_editor *editor = calloc(1, sizeof *editor);
    (void)manner;
    plainlines_begin(stdin);
    if (editor)
        editor->conversation = screen_is(stdin) && screen_is(stdout);
    return editor;
}

enum line_result line_editor_read(struct line_editor *editor, const char *prompt, const char **line_out) {
    const enum line_result result =
        plainlines_read(stdin, editor->conversation ? prompt : NULL, &editor->line);
    *line_out = result != LINE_HERE ? NULL : editor->line.text ? editor->line.text : "";
    return result;
}

bool line_editor_is_conversation(const struct line_editor *editor) {
    return editor->conversation;
}

void line_editor_close(struct line_editor *editor) {
    if (editor)
        textline_free(&editor->line);
    free(editor);
}
