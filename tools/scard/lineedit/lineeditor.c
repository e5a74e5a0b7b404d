/* Asks for lines: by libedit where a person types them and the library is there. See lineeditor.h. */
#include "lineedit/lineeditor.h"

#include <stdlib.h>
#include <string.h>

#include "lineedit/editline.h"
#include "lineedit/plainlines.h"
#include "terminal/screen.h"

struct line_editor {
    struct editline *editline; /* NULL: plain lines */
    struct textline line;
    bool conversation;
};

struct line_editor *line_editor_open(const struct line_manner *manner) {
    struct line_editor *editor = calloc(1, sizeof *editor);
    if (editor == NULL)
        return NULL;
    editor->conversation = screen_is(stdin) && screen_is(stdout);
    if (editor->conversation)
        editor->editline = editline_open(manner);
    if (!editor->editline)
        plainlines_begin(stdin);
    return editor;
}

enum line_result line_editor_read(struct line_editor *editor, const char *prompt, const char **line_out) {
    const enum line_result result =
        editor->editline ? editline_read(editor->editline, prompt, &editor->line)
                         : plainlines_read(stdin, editor->conversation ? prompt : NULL, &editor->line);
    *line_out = result != LINE_HERE ? NULL : editor->line.text ? editor->line.text : "";
    return result;
}

bool line_editor_is_conversation(const struct line_editor *editor) {
    return editor->conversation;
}

void line_editor_close(struct line_editor *editor) {
    if (editor == NULL)
        return;
    editline_close(editor->editline);
    textline_free(&editor->line);
    free(editor);
}
