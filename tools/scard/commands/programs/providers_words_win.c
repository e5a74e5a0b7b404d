/* What `scard providers` says of itself where the registry names all classes. */
#include "commands/programs/providers_words.h"

const char providers_summary[] =
    "Lists the classes of this library, and which file CoCreateInstance loads for each in programs of as "
    "many bits as this one. Then the profiles of cards that vendors bring. What "
    "programs cannot have is listed with the reason.";

const char providers_notes[] =
    "States: used; hidden (the user's registry has the same one); refused (the entry makes no sense); "
    "failed (not registered, or the library is not there or, with --try, cannot be used).\n"
    "JSON: {\"classes\":[{\"state\",\"clsid\",\"progid\",\"name\",\"file\",\"library\",\"reason\", \"profile\"}]}; "
    "file is the key in the registry. Profiles are Software\\SCardSSP\\Profiles\\NAME, values win64 and "
    "win32. Exit code 1 when one is refused or has failed.\n";

const char providers_unusable[] = "classes and profiles that programs cannot have";
