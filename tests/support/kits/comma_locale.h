/* A locale that writes 2,5 and 1.000: made on the spot, for machines whose only locale is C. */
#ifndef SCARDSSP_TESTS_SUPPORT_KITS_COMMA_LOCALE_H
#define SCARDSSP_TESTS_SUPPORT_KITS_COMMA_LOCALE_H

/* Makes it with localedef(1) and sets it for numbers; asserts that printf() writes a comma then. */
void comma_locale_enter(void);

/* Back to the C locale; the files are removed. */
void comma_locale_leave(void);

#endif
