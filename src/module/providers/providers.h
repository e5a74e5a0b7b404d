/*
 * What other shared objects bring along: classes, by identifier and by name, and profiles of cards. Called by
 * activation.c for what the class table does not have, by profiles.c and by module/api/provider.c. Linux
 * only.
 */
#ifndef SCARDSSP_MODULE_PROVIDERS_PROVIDERS_H
#define SCARDSSP_MODULE_PROVIDERS_PROVIDERS_H

#include "module/providers/scan.h"
#include "module/providers/trust.h"

/*
 * The class factory of a provider's class. REGDB_E_CLASSNOTREG: no file that is good names the class;
 * otherwise as providerload_factory().
 */
HRESULT providers_factory(REFCLSID clsid, REFIID iid, void **out);

/* The class that a ProgID means, upper or lower ASCII case. CO_E_CLASSSTRING: none; E_OUTOFMEMORY. */
HRESULT providers_clsid(const wchar_t *progid, CLSID *out);

/*
 * The ProgID of a class, ASCII. REGDB_E_CLASSNOTREG: there is no such class, or it has none; E_OUTOFMEMORY.
 */
HRESULT providers_progid(REFCLSID clsid, char out[PROVIDERFILE_PROGID_SIZE]);

/*
 * What there is now; reads the directories anew if one has changed. Give it up with providerscan_release().
 * NULL: out of memory.
 */
struct provider_set *providers_current(void);

/*
 * Whether an entry may be used, which its library decides as it is now; *trust then has the path to load,
 * otherwise the reason. entry->why is a reason, too.
 */
bool providers_usable(const struct provider_entry *entry, struct providertrust_result *trust);

/* The last usable entry of a class, or of a profile; NULL: there is none. *trust is that of the entry. */
const struct provider_entry *providers_find(const struct provider_set *set, REFCLSID clsid,
                                            struct providertrust_result *trust);
const struct provider_entry *providers_find_profile(const struct provider_set *set, const char *name,
                                                    struct providertrust_result *trust);

/* One line for those who asked for a trace: "scardssp: " and this; what controls a terminal is not in it. */
__attribute__((format(__printf__, 1, 2))) void providers_trace(const char *format, ...);

#endif
