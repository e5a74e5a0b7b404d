/* The class table: which classes there are, by identifier and by name, and what makes their objects. */
#ifndef SCARDSSP_MODULE_CLASSES_H
#define SCARDSSP_MODULE_CLASSES_H

#include <stddef.h>

#include "com/win.h"

struct class_entry {
    const CLSID *clsid;
    const wchar_t *name;               /* "CSCard" */
    const wchar_t *progid;             /* "SCardSSP.SCard"; ".1" may follow */
    HRESULT (*create)(IUnknown **out); /* a new object with one reference */
};

/* All classes; *count is set. */
const struct class_entry *classes_all(size_t *count);

/* NULL when there is no such class. */
const struct class_entry *classes_by_clsid(REFCLSID clsid);

/* By ProgID, upper or lower case, with or without the version ".1"; NULL when there is no such class. */
const struct class_entry *classes_by_progid(const wchar_t *progid);

/*
 * A new object of the class, as the interface asked for. outer: the object that it becomes a part of, or
 * NULL; then iid is IID_IUnknown, and *out the part's own IUnknown (com_join() in com/com.h).
 * CLASS_E_NOAGGREGATION: outer with another iid; E_NOINTERFACE, E_POINTER, E_INVALIDARG, E_OUTOFMEMORY, and
 * what the class's creator says. On failure *out is NULL.
 */
HRESULT classes_create(const struct class_entry *entry, IUnknown *outer, REFIID iid, void **out);

/* A new class factory for the class, as the interface asked for. E_NOINTERFACE, E_OUTOFMEMORY. */
HRESULT classes_factory(const struct class_entry *entry, REFIID iid, void **out);

#endif
