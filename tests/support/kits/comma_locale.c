/* The locale with a decimal comma that tests of numbers run in. */
#include "support/kits/comma_locale.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "support/kits/com.h"

static char folder[] = "/tmp/comma-locale-XXXXXX";

/* Only the numbers matter; what localedef misses in the other categories it fills from C, complaining. */
static const char source[] =
    "LC_NUMERIC\ndecimal_point \",\"\nthousands_sep \".\"\ngrouping 3\nEND LC_NUMERIC\n";
static const char characters[] =
    "<code_set_name> ANSI_X3.4-1968\n<comment_char> %\n<escape_char> /\nCHARMAP\n"
    "<U002C> /x2c COMMA\n<U002E> /x2e FULL STOP\nEND CHARMAP\n";

static void write_file(const char *name, const char *text) {
    char path[100];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(0, fclose(file));
}

void comma_locale_enter(void) {
    char command[200], number[8];
    assert_non_null(mkdtemp(folder));
    write_file("source", source);
    write_file("characters", characters);
    snprintf(command, sizeof command,
             "cd %s && localedef -c -f ./characters -i ./source ./comma >/dev/null 2>&1", folder);
    /* The complaints make it fail although the numbers are written: the result is judged. */
    assert_int_not_equal(-1, system(command));
    assert_int_equal(0, setenv("LOCPATH", folder, 1));
    assert_non_null(setlocale(LC_NUMERIC, "comma"));
    snprintf(number, sizeof number, "%.1f", 2.5);
    assert_string_equal("2,5", number);
}

void comma_locale_leave(void) {
    char command[100];
    setlocale(LC_NUMERIC, "C");
    unsetenv("LOCPATH");
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(0, system(command));
}
