/* What `scard providers` says of itself where the registry names all classes. */
#include "commands/providers_words.h"

const char providers_summary[] =
    "Lists the classes of this library, and which file CoCreateInstance loads for each in programs of as "
    "many bits as this one. A class that programs cannot have is listed with the reason.";

const char providers_notes[] =
    "States: used; hidden (the user's registry has the same class); refused (the entry makes no sense); "
    "failed (not registered, or the library is not there or, with --try, cannot be used).\n"
    "JSON: {\"classes\":[{\"state\",\"clsid\",\"progid\",\"name\",\"file\",\"library\",\"reason\"}]}; file "
    "is the key in the registry. Exit code 1 when a class is refused or has failed.\n";

const char providers_unusable[] = "classes that programs cannot have";
