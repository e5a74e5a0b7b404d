/*
 * What the programs of this folder have in common: one for each published page of the seven interfaces, in
 * the page's spelling, each in C++ (compiled as C++98, C++11 and C++20) and in C (with COBJMACROS). main.c
 * runs them on the simulator, as one case each. Included behind the header that the page names.
 */
#ifndef SCARDSSP_TESTS_PAGES_PAGE_H
#define SCARDSSP_TESTS_PAGES_PAGE_H

#ifdef __cplusplus
extern "C" {
#endif

/* A page: interface and method, and a program. The last of an array has no name. */
struct page {
    const char *name;
    void (*program)(void);
};

extern const struct page bytebuffer_pages[];
extern const struct page typeconv_pages[];
extern const struct page cmd_pages[];
extern const struct page iso7816_pages[];
extern const struct page card_pages[];
extern const struct page database_pages[];
extern const struct page locate_pages[];

/* The interfaces whose pages are run, NULL behind the last. */
extern const struct page *const page_interfaces[];

/* Sets the stage: the simulator, and what has been introduced. 0: it cannot be. Then what ends it. */
int page_stage(void);
void page_unstage(void);

/* Notes that the page's program did not do what the page says. */
void page_failed(const char *file, int line, const char *what);

/*
 * A buffer with these bytes, its pointer at 0; a card in the first reader, attached SHARED with T=0; a
 * command, empty.
 */
IByteBuffer *page_buffer(const char *bytes, LONG size);
ISCard *page_card(void);
ISCardCmd *page_command(void);

/*
 * Whether the buffer holds just these bytes; the page's text is the bytes of a literal. Its pointer is moved.
 */
int page_holds(IByteBuffer *buffer, const char *bytes, LONG size);

/* Whether the command's APDU is just these bytes. */
int page_apdu(ISCardCmd *command, const char *bytes, LONG size);

/* The interface that the demo card is introduced with, and its provider. */
#define PAGE_INTERFACE L"{7B063D61-6E40-11D0-B858-00C04FD424B9}"
#define PAGE_PROVIDER L"{5C2D9A10-3F4E-4B6A-9C1D-7E52108AB301}"
#define PAGE_READER L"Simulated Reader 00"
#define PAGE_CARD L"Page card"

#ifdef __cplusplus
}
#endif

/* A literal and its bytes. */
#define BYTES(literal) literal, (LONG)sizeof(literal) - 1

/* The page's program ends here where the condition does not hold. */
#define MUST(condition)                                                                                      \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            page_failed(__FILE__, __LINE__, #condition);                                                     \
            return;                                                                                          \
        }                                                                                                    \
    } while (0)

#endif
