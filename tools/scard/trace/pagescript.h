/* What a page of a trace looks like and what it does: parts of page.c's that are not C. */
#ifndef SCARD_TRACE_PAGESCRIPT_H
#define SCARD_TRACE_PAGESCRIPT_H

/* The style sheet. */
extern const char page_style[];

/* The script. */
extern const char page_script[];

/* The script's SHA-256 in Base64, for the page's policy: a browser runs this script and no other. */
extern const char page_script_hash[];

#endif
