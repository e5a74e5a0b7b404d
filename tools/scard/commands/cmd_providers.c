/* scard providers: the classes there are, where they come from, and which files bring none. Called by main.c. */
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "scardssp.h"
#include "scardssp_provider.h"
#include "terminal/failure.h"
#include "terminal/json.h"
#include "terminal/options.h"
#include "terminal/text.h"

#define JSON_FORM                                                                                            \
    "JSON: {\"classes\":[{\"state\",\"clsid\",\"progid\",\"name\",\"file\",\"library\",\"reason\"}]}; file " \
    "is "

#ifdef _WIN32

#define SUMMARY                                                                                              \
    "Lists the classes of this library, and which file CoCreateInstance loads for each in programs of as "   \
    "many bits "                                                                                             \
    "as this one. A class that programs cannot have is listed with the reason."
#define NOTES                                                                                                \
    "States: used; hidden (the user's registry has the same class); refused (the entry makes no sense); "    \
    "failed "                                                                                                \
    "(not registered, or the library is not there or, with --try, cannot be used).\n" JSON_FORM              \
    "the key in the registry. Exit code 1 when a class is refused or has failed.\n"
#define UNUSABLE "classes that programs cannot have"

#else

#define SUMMARY                                                                                              \
    "Lists the classes that CoCreateInstance knows: those of this library, then those of providers, "        \
    "shared objects that .provider files name. A file that is not used is listed with the reason."
#define NOTES                                                                                                \
    "States: used; hidden (a later file names the same class); refused (the file makes no sense, or "        \
    "others could change it or the library); failed (the library cannot be loaded, with --try).\n"           \
    "Files are in /usr/share/scardssp/providers.d, /etc/scardssp/providers.d and "                           \
    "~/.local/share/scardssp/providers.d, or where SCARDSSP_PROVIDER_PATH says.\n" JSON_FORM                 \
    "null for classes of this library. Exit code 1 when a file is refused or has failed.\n"
#define UNUSABLE "files that bring no class"

#endif

/* What the visits share. */
struct listing {
    struct json *json; /* NULL: text */
    bool try_out;      /* libraries are loaded */
    size_t unusable;
};

/* A provider as it is shown: after a try there may be more to say than the library does. */
struct verdict {
    const char *state;
    const char *reason;
};

/* Asks the library of a class for its factory. */
static HRESULT try_class(const char *clsid_text) {
    CLSID clsid;
    IUnknown *factory = NULL;
    wchar_t *const wide = text_to_wide(clsid_text);
    if (!wide)
        return E_OUTOFMEMORY;
    HRESULT hr = CLSIDFromString(wide, &clsid);
    free(wide);
    if (SUCCEEDED(hr))
        hr = CoGetClassObject(&clsid, CLSCTX_INPROC_SERVER, NULL, &IID_IClassFactory, (void **)&factory);
    if (factory)
        factory->lpVtbl->Release(factory);
    return hr;
}

static bool is_to_try(const struct scardssp_provider *provider) {
    return provider->file && provider->clsid && provider->state == SCARDSSP_PROVIDER_USED;
}

static int try_provider(void *user, const struct scardssp_provider *provider) {
    (void)user;
    if (is_to_try(provider))
        (void)try_class(provider->clsid); /* what comes of it, the next visit tells */
    return 0;
}

static struct verdict judge(const struct listing *listing, const struct scardssp_provider *provider) {
    static const char *const states[] = {"used", "hidden", "refused", "failed"};
    if (listing->try_out && is_to_try(provider)) {
        const HRESULT hr = try_class(provider->clsid);
        if (FAILED(hr))
            return (struct verdict){states[SCARDSSP_PROVIDER_FAILED], failure_name(hr)};
    }
    return (struct verdict){states[provider->state], provider->reason};
}

static void print_detail(const char *text) {
    if (text) {
        printf("         ");
        text_print(stdout, text);
        putchar('\n');
    }
}

static void print_provider(const struct scardssp_provider *provider, const struct verdict *verdict) {
    printf("%-7s  %s", verdict->state, provider->clsid ? provider->clsid : "no class");
    if (provider->progid)
        printf("  %s", provider->progid);
    putchar('\n');
    if (provider->file) {
        print_detail(provider->name);
        print_detail(provider->file);
        print_detail(provider->library);
        print_detail(verdict->reason);
    }
}

static void write_provider(struct json *json, const struct scardssp_provider *provider,
                           const struct verdict *verdict) {
    json_object(json, NULL);
    json_text(json, "state", verdict->state);
    json_text(json, "clsid", provider->clsid);
    json_text(json, "progid", provider->progid);
    json_text(json, "name", provider->name);
    json_text(json, "file", provider->file);
    json_text(json, "library", provider->library);
    json_text(json, "reason", verdict->reason);
    json_end(json, '}');
}

static int show_provider(void *user, const struct scardssp_provider *provider) {
    struct listing *const listing = user;
    const struct verdict verdict = judge(listing, provider);
    if (listing->json)
        write_provider(listing->json, provider, &verdict);
    else
        print_provider(provider, &verdict);
    if (verdict.state[0] == 'r' || verdict.state[0] == 'f')
        ++listing->unusable;
    return 0;
}

static int list(struct listing *listing) {
    HRESULT hr = listing->try_out ? scardssp_providers(try_provider, NULL) : S_OK;
    if (listing->json) {
        json_object(listing->json, NULL);
        json_array(listing->json, "classes");
    }
    if (SUCCEEDED(hr))
        hr = scardssp_providers(show_provider, listing);
    if (listing->json) {
        json_end(listing->json, ']');
        json_end(listing->json, '}');
    }
    if (FAILED(hr))
        return failure(hr, NULL, "cannot list the classes");
    if (listing->unusable)
        return failure_plain("the reason stands with each", UNUSABLE ": %zu", listing->unusable);
    return EXIT_GOOD;
}

int cmd_providers(const struct invocation *invocation, int argc, char **argv) {
    (void)invocation;
    bool as_json = false;
    struct json json = {.file = stdout};
    struct listing listing = {0};
    const struct option_row rows[] = {{.name = "try",
                                       .letter = 't',
                                       .help = "loads the library of each class, and asks it for the class",
                                       .flag = &listing.try_out},
                                      JSON_OPTION(as_json),
                                      {0}};
    const struct options options = {
        .command = "scard providers",
        .summary = SUMMARY,
        .rows = rows,
        .notes = NOTES,
        .examples = "  scard providers           which there are, nothing is loaded\n"
                    "  scard providers --try     whether they work\n",
    };
    const int first = options_parse(&options, argc, argv);
    if (first < 0)
        return options_exit(first);
    if (first < argc)
        return options_complain(&options, "takes no arguments, but there is '%s'", argv[first]);
    listing.json = as_json ? &json : NULL;
    return list(&listing);
}
