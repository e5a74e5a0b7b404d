/*
 * files.cpp: the files of a card by path: lists, reads, writes, creates, deletes and protects them, without a
 * command for the card anywhere. In C++.
 *
 *   files READER STEP...
 *
 *   list DIRECTORY            its directories and files, as far as the card lets them be found
 *   read FILE                 its content, from the beginning to the end
 *   write FILE TEXT           the text over the beginning of the file
 *   create FILE SIZE PIN      a file of that many bytes; PIN: number of the code that changing it will need,
 *                             0: anybody may change it
 *   invalidate FILE           nobody can use it
 *   rehabilitate FILE         it can be used again
 *   delete FILE
 *
 * A path is "/DF01/0101" from the master file. Steps follow each other on one attachment; the first that
 * fails ends the program: files "Simulated Reader 00" list / read /0002
 */
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "scardssp.h"

/* What programs should say of the codes that files bring; the others are shown as numbers. */
static const char *explain(HRESULT hr) {
    static const struct {
        HRESULT code;
        const char *text;
    } known[] = {
        {E_INVALIDARG, "that is no path, or the card does not take it"},
        {E_NOTIMPL, "this card does not offer that"},
        {static_cast<HRESULT>(0x80070050), "there is such a file already"},
        {SCARD_E_UNKNOWN_READER, "no such reader"},
        {SCARD_E_NO_SMARTCARD, "there is no card in the reader"},
        {SCARD_E_DIR_NOT_FOUND, "no such directory"},
        {SCARD_E_FILE_NOT_FOUND, "no such file"},
        {SCARD_E_NO_DIR, "that is a file, not a directory"},
        {SCARD_E_NO_FILE, "that is a directory, not a file"},
        {SCARD_E_NO_ACCESS, "the file cannot be used now; it may be invalidated"},
        {SCARD_E_WRITE_TOO_MANY, "there is not so much room"},
        {SCARD_E_UNSUPPORTED_FEATURE, "this card cannot do that"},
        {SCARD_W_SECURITY_VIOLATION, "the card does not allow that; it may want a code first"},
        {SCARD_W_REMOVED_CARD, "the card has been taken out"},
        {SCARD_W_RESET_CARD, "another program has reset the card"},
    };
    for (const auto &entry : known)
        if (entry.code == hr)
            return entry.text;
    return "that failed";
}

/* A text of the command line as COM wants it. */
class Text {
  public:
    explicit Text(const char *text) : value(nullptr) {
        std::vector<wchar_t> wide(std::strlen(text) + 1);
        if (std::mbstowcs(wide.data(), text, wide.size()) != static_cast<size_t>(-1))
            value = SysAllocString(wide.data());
    }
    ~Text() {
        SysFreeString(value);
    }
    Text(const Text &) = delete;
    Text &operator=(const Text &) = delete;
    operator BSTR() const {
        return value;
    }

  private:
    BSTR value;
};

/* A new buffer with these bytes. */
static HRESULT make_buffer(const char *bytes, size_t size, IByteBuffer **out) {
    HRESULT hr = CoCreateInstance(CLSID_CByteBuffer, nullptr, CLSCTX_ALL, IID_IByteBuffer,
                                  reinterpret_cast<void **>(out));
    std::vector<BYTE> copy(bytes, bytes + size);
    if (SUCCEEDED(hr))
        hr = (*out)->Initialize(static_cast<LONG>(size), copy.data());
    return hr;
}

/* Shows bytes as text; what is none, as dots. Zeros at the end are room that nobody has used. */
static void show(std::vector<BYTE> bytes) {
    const size_t size = bytes.size();
    while (!bytes.empty() && bytes.back() == 0)
        bytes.pop_back();
    std::printf("  %lu bytes: ", static_cast<unsigned long>(size));
    for (BYTE byte : bytes)
        std::putchar(byte >= 0x20 && byte < 0x7F ? byte : '.');
    std::putchar('\n');
}

/* The names of one kind of files in the current directory, each with what it is. */
static HRESULT list_kind(ISCardFileAccess *files, FILETYPE kind, const char *what) {
    SAFEARRAY *names = nullptr;
    LONG last = -1;
    HRESULT hr = files->Directory(kind, &names);
    if (FAILED(hr))
        return hr;
    SafeArrayGetUBound(names, 1, &last);
    for (LONG i = 0; SUCCEEDED(hr) && i <= last; ++i) {
        BSTR name = nullptr;
        hr = SafeArrayGetElement(names, &i, &name);
        if (SUCCEEDED(hr))
            std::printf("  %ls %s\n", name, what);
        SysFreeString(name);
    }
    SafeArrayDestroy(names);
    return hr;
}

static HRESULT list(ISCardFileAccess *files, char **words) {
    HRESULT hr = files->ChangeDir(SC_TYPE_BY_ID, Text(words[0]));
    if (SUCCEEDED(hr))
        hr = list_kind(files, SC_TYPE_DIRECTORIES, "directory");
    if (SUCCEEDED(hr))
        hr = list_kind(files, SC_TYPE_FILES, "file");
    return hr;
}

/* Everything from where the file's pointer stands. A file of records gives one record a time. */
static HRESULT read_all(ISCardFileAccess *files, HSCARD_FILE file) {
    IByteBuffer *content = nullptr;
    HRESULT hr = S_OK;
    while (SUCCEEDED(hr)) {
        LONG size = 0; /* all there is */
        hr = files->Read(file, &size, &content, SC_FL_NO_FLAGS);
        if (FAILED(hr))
            break;
        std::vector<BYTE> bytes(static_cast<size_t>(size));
        hr = content->Read(bytes.data(), size, nullptr);
        if (SUCCEEDED(hr))
            show(bytes);
    }
    if (content)
        content->Release();
    return hr == SCARD_W_EOF ? S_OK : hr;
}

static HRESULT read(ISCardFileAccess *files, char **words) {
    HSCARD_FILE file = 0;
    HRESULT hr = files->Open(SC_TYPE_BY_ID, Text(words[0]), &file);
    if (FAILED(hr))
        return hr;
    hr = read_all(files, file);
    files->Close(file);
    return hr;
}

static HRESULT write(ISCardFileAccess *files, char **words) {
    IByteBuffer *data = nullptr;
    HSCARD_FILE file = 0;
    HRESULT hr = make_buffer(words[1], std::strlen(words[1]), &data);
    if (SUCCEEDED(hr))
        hr = files->Open(SC_TYPE_BY_ID, Text(words[0]), &file);
    if (SUCCEEDED(hr)) {
        hr = files->Write(file, 0, data, SC_FL_NO_FLAGS); /* 0: all that the buffer has */
        files->Close(file);
    }
    if (data)
        data->Release();
    return hr;
}

/*
 * The properties of a new file are data objects of ISO/IEC 7816-4 §5.3.3: tag, length, value. 8C (§5.4.3.1,
 * compact format): a byte with a bit for each thing that can be done, from DELETE down to READ, then who may,
 * in the same order: 00 anybody, 1n who has shown PIN n.
 */
static HRESULT create(ISCardFileAccess *files, char **words) {
    const unsigned long size = std::strtoul(words[1], nullptr, 10), pin = std::strtoul(words[2], nullptr, 10);
    if (size == 0 || size > 0x7FFF || pin > 14)
        return E_INVALIDARG;
    const BYTE who = static_cast<BYTE>(pin ? 0x10 | pin : 0);
    BYTE bytes[] = {0x80, 2, static_cast<BYTE>(size >> 8), static_cast<BYTE>(size)};
    BYTE descriptor[] = {0x82, 1, 0x01}; /* transparent */
    BYTE rights[] = {
        0x8C, 7, 0x5F /* what: DELETE, ACTIVATE, DEACTIVATE, WRITE, UPDATE, READ */, 0, 0, 0, who, who, 0};
    TLV_TABLE properties[] = {
        {sizeof bytes, bytes}, {sizeof descriptor, descriptor}, {sizeof rights, rights}};
    LONG count = 3;
    return files->Create(SC_TYPE_BY_ID, Text(words[0]), properties, &count, SC_FL_NO_FLAGS, nullptr);
}

static HRESULT invalidate(ISCardFileAccess *files, char **words) {
    return files->Invalidate(Text(words[0]), SC_FL_NO_FLAGS);
}

static HRESULT rehabilitate(ISCardFileAccess *files, char **words) {
    return files->Rehabilitate(Text(words[0]), SC_FL_NO_FLAGS);
}

static HRESULT remove_file(ISCardFileAccess *files, char **words) {
    return files->Delete(SC_TYPE_BY_ID, Text(words[0]), SC_FL_NO_FLAGS);
}

static const struct step {
    const char *name;
    int words;
    HRESULT (*run)(ISCardFileAccess *files, char **words);
} steps[] = {
    {"list", 1, list},
    {"read", 1, read},
    {"write", 2, write},
    {"create", 3, create},
    {"delete", 1, remove_file},
    {"invalidate", 1, invalidate},
    {"rehabilitate", 1, rehabilitate},
};

/* The step that the words begin with and that has enough of them; nullptr: there is none. */
static const step *find_step(int count, char **words) {
    for (const step &each : steps)
        if (std::strcmp(each.name, words[0]) == 0 && count > each.words)
            return &each;
    return nullptr;
}

static HRESULT run_steps(ISCardFileAccess *files, int count, char **words) {
    for (int at = 0; at < count;) {
        const step *next = find_step(count - at, words + at);
        if (!next) {
            std::fprintf(stderr, "files: '%s' is no step, or words are missing behind it\n", words[at]);
            return E_INVALIDARG;
        }
        std::printf("%s %s\n", next->name, words[at + 1]);
        const HRESULT hr = next->run(files, words + at + 1);
        if (FAILED(hr)) {
            std::fprintf(stderr, "files: %s %s: %s (0x%08X)\n", next->name, words[at + 1], explain(hr),
                         static_cast<unsigned>(hr));
            return hr;
        }
        at += 1 + next->words;
    }
    return S_OK;
}

/* The manager attaches; what it has made works on its card. */
static HRESULT attach(const char *reader, ISCardManage **manage, ISCardFileAccess **files) {
    HRESULT hr = CoCreateInstance(CLSID_CSCardManage, nullptr, CLSCTX_ALL, IID_ISCardManage,
                                  reinterpret_cast<void **>(manage));
    if (SUCCEEDED(hr))
        hr = (*manage)->AttachByIFD(Text(reader), SHARED);
    if (SUCCEEDED(hr))
        hr = (*manage)->CreateFileAccess(files);
    if (FAILED(hr))
        std::fprintf(stderr, "files: %s: %s (0x%08X)\n", reader, explain(hr), static_cast<unsigned>(hr));
    return hr;
}

int main(int argc, char **argv) {
    if (argc < 3) {
        std::fprintf(stderr, "usage: files READER STEP..., see files.cpp\n");
        return 2;
    }
    std::setlocale(LC_ALL, "");
    CoInitialize(nullptr);
    ISCardManage *manage = nullptr;
    ISCardFileAccess *files = nullptr;
    HRESULT hr = attach(argv[1], &manage, &files);
    if (SUCCEEDED(hr))
        hr = run_steps(files, argc - 2, argv + 2);
    if (files)
        files->Release();
    if (manage)
        manage->Release();
    CoUninitialize();
    return FAILED(hr) ? 1 : 0;
}
