/* Where in a JSON text a member stands: the parser keeps no lines, and complaints must name one (setup.c). */
#ifndef SCARDSSP_SIM_JSON_LINE_H
#define SCARDSSP_SIM_JSON_LINE_H

/*
 * The line (from 1) of the member `name` of the outermost object in a well-formed, NUL-terminated text. index >= 0: the
 * line of that element of the array `name`; field not "": of the member `field` of that element. What is
 * missing is answered with the line of what encloses it.
 */
unsigned json_line(const char *text, const char *name, int index, const char *field);

#endif
