/* What `scard providers` says of itself where .provider files name the classes of others. */
#include "commands/programs/providers_words.h"

const char providers_summary[] =
    "Lists the classes that CoCreateInstance knows: those of this library, then those of providers, shared "
    "objects that .provider files name; and the profiles of cards that vendors bring in the same way. A file "
    "that is not used is listed with the reason.";

const char providers_notes[] =
    "States: used; hidden (a later file names the same one); refused (the file makes no sense, or others "
    "could change it or the library); failed (the library cannot be used, with --try).\n"
    "Files are in /usr/share/scardssp/providers.d, /etc/scardssp/providers.d and "
    "~/.local/share/scardssp/providers.d, or where SCARDSSP_PROVIDER_PATH says.\n"
    "JSON: {\"classes\":[{\"state\",\"clsid\",\"progid\",\"name\",\"file\",\"library\",\"reason\", \"profile\"}]}; "
    "file is null for classes of this library. Exit code 1 when a file is refused or has failed.\n";

const char providers_unusable[] = "files that bring nothing";
