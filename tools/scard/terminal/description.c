/* The tables of the commands as programs read them: see description.h. */
#include "terminal/description.h"

#include "terminal/help.h"

static void write_option(struct json *json, const struct option_row *row) {
    const char letter[] = {row->letter, '\0'};
    json_object(json, NULL);
    json_text(json, "name", row->name);
    json_text(json, "letter", row->letter ? letter : NULL);
    json_text(json, "argument", row->argument);
    json_array(json, "choices");
    for (const struct option_choice *choice = row->choices; choice && choice->word; ++choice)
        json_text(json, NULL, choice->word);
    json_end(json, ']');
    json_flag(json, "repeats", row->kind == VALUE_TEXTS);
    json_text(json, "help", row->help);
    json_end(json, '}');
}

static void write_operand(struct json *json, const struct operand_row *row) {
    char form[HELP_FORM_MAX];
    json_object(json, NULL);
    json_text(json, "name", row->name);
    json_text(json, "form", help_form(row, form, sizeof form));
    json_flag(json, "optional", row->optional);
    json_flag(json, "repeats", row->kind == VALUE_LIST);
    json_text(json, "help", row->help);
    json_end(json, '}');
}

void description_write(struct json *json, const char *key, const struct command *command) {
    json_object(json, key);
    json_text(json, "name", command->name);
    json_text(json, "line", command->line);
    json_text(json, "summary", command->summary);
    json_array(json, "options");
    for (const struct option_row *row = command->options; row && row->name; ++row)
        write_option(json, row);
    json_end(json, ']');
    json_array(json, "operands");
    for (const struct operand_row *row = command->operands; row && row->name; ++row)
        write_operand(json, row);
    json_end(json, ']');
    json_text(json, "notes", command->notes);
    json_text(json, "examples", command->examples);
    json_flag(json, "firstByDefault", command->first_by_default);
    json_array(json, "commands");
    for (const struct command *const *own = command->family; own && *own; ++own)
        if (!(*own)->hidden)
            description_write(json, NULL, *own);
    json_end(json, ']');
    json_end(json, '}');
}
