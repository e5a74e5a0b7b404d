/* Where the files are that a user writes to set the tool up. Used by whoever reads them. */
#ifndef SCARD_CONFIGPLACE_H
#define SCARD_CONFIGPLACE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The path of the file that counts as number `place`, 0 first, into out of `room` bytes: SCARDSSP_CONFIG
 * alone, where that is set; else scardssp/scard.conf in $XDG_CONFIG_HOME or ~/.config, then in the folders of
 * $XDG_CONFIG_DIRS (/etc/xdg); on Windows in %APPDATA%, then %ProgramData%. Whether a file is there is not
 * looked at. "": that place is none here, for want of a home or of room. false: there are no more places.
 */
bool configplace_get(size_t place, char *out, size_t room);

#endif
