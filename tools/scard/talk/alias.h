/* Names that a user gives to readers, in a configuration file. Used where a user means a reader. */
#ifndef SCARD_ALIAS_H
#define SCARD_ALIAS_H

/*
 * What a name stands for: the line "NAME = WHAT" below "[readers]" in the first of the configuration files
 * (terminal/configplace.h) that has one; upper and lower ASCII case of NAME are one. *out: WHAT in new
 * memory, NULL where no file has the name. Returns an exit code, after a message where a file cannot be read
 * or has a bad line.
 */
int alias_find(const char *name, char **out);

#endif
