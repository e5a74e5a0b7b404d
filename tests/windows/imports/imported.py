#!/usr/bin/env python3
"""Makes of a listed type library what importers make of it, by their published rules: imported.py cs|pas
LISTING > FILE

cs: what `tlbimp` writes, as C#. An enumeration and a structure keep their own name; their other name
(typedef) is gone. An HRESULT
    becomes an exception and [out, retval] the result; pointers become ref, or out where they go out only;
    accessors become properties.
    A class becomes an interface of its name with a class behind it, and stands in the place of the interface
    that is the default of
    no other class.
pas: what Delphi's importer writes. The other names are there, too; enumerations are numbers with constants.
Where an interface is not
    dual, functions are declared as they lie in memory (stdcall, HResult), unless "SafeCall function mapping"
    is set to all.

The rules: "Type Library to Assembly Conversion Summary" with its pages "Imported Type Conversion" and
"Imported Member Conversion" in the documentation of .NET; "Type Library" options and TLIBIMP in that of
Delphi.

What a signature needs that neither text uses (methods of IStream) is left out.
"""
import sys

import listed

CS_TYPES = {"I2": "short", "I4": "int", "UI1": "byte", "UI2": "ushort", "UI4": "uint", "I8": "long", "UI8": "ulong", "INT": "int",
            "UINT": "uint", "BSTR": "string", "BOOL": "bool", "VARIANT": "object", "UNKNOWN": "object", "IDispatch": "object",
            "IUnknown": "object", "struct GUID": "Guid"}
CS_WORDS = {"ref", "in", "out", "object", "string", "byte", "base", "this", "lock", "event", "params", "class"}
PAS_TYPES = {"I2": "Smallint", "I4": "Integer", "UI1": "Byte", "UI2": "Word", "UI4": "LongWord", "I8": "Int64", "UI8": "QWord",
             "INT": "SYSINT", "UINT": "SYSUINT", "BSTR": "WideString", "BOOL": "WordBool", "VARIANT": "OleVariant",
             "UNKNOWN": "IUnknown", "IDispatch": "IDispatch", "IUnknown": "IUnknown", "struct GUID": "TGUID"}
PAS_WORDS = {"type", "begin", "end", "file", "label", "out", "set", "string", "unit", "object", "class", "property", "var"}
SYSTEM = ("IStream", "ISequentialStream")  # declared, but without their methods


class CSharp:
    """The assembly that tlbimp makes."""

    def __init__(self, library):
        self.library = library
        defaults = [found.default for found in library.classes]
        self.replaced = {found.default: found.name for found in library.classes if defaults.count(found.default) == 1}

    def plain(self, kind):
        """A type that no pointer leads to."""
        kind = kind.split("=")[-1]
        if kind.startswith("SAFEARRAY("):
            return self.plain(kind[10:-1]) + "[]"
        if kind in CS_TYPES:
            return CS_TYPES[kind]
        kind = kind.split(" ")[-1]
        return self.replaced.get(kind, kind)

    def reduced(self, kind):
        """The type behind the pointer of an interface, and how many pointers are left."""
        stars = len(kind) - len(kind.lstrip("*"))
        kind = kind[stars:]
        if self.library.is_interface(kind) or kind in ("IDispatch", "IUnknown"):
            stars -= 1
        return kind, stars

    def parameter(self, parameter, number):
        kind, stars = self.reduced(parameter.type)
        name = parameter.name or "value%d" % number
        name = "@" + name if name in CS_WORDS else name
        if stars > 1 or kind == "VOID":
            return "IntPtr " + name
        way = "" if stars == 0 else "out " if parameter.flags.isdisjoint({"in"}) else "ref "
        return way + self.plain(kind) + " " + name

    def result(self, parameter):
        kind, stars = self.reduced(parameter.type)
        return "IntPtr" if stars > 1 else self.plain(kind)

    def members(self, interface):
        """The lines of an interface: accessors without parameters are properties."""
        properties = {}
        for method in interface.methods:
            retval = [parameter for parameter in method.parameters if "retval" in parameter.flags]
            others = [parameter for parameter in method.parameters if "retval" not in parameter.flags]
            if method.kind == "get" and not others:
                properties.setdefault(method.name, {})["get"] = self.result(retval[0])
            elif method.kind == "put" and len(others) == 1:
                properties.setdefault(method.name, {})["set"] = self.parameter(others[0], 0).rsplit(" ", 1)[0]
            else:
                name = {"get": "get_", "put": "set_"}.get(method.kind, "") + method.name
                yield "%s %s(%s);" % (self.result(retval[0]) if retval else "void", name,
                                      ", ".join(self.parameter(*pair) for pair in zip(others, range(99))))
        for name, accessors in properties.items():
            yield "%s %s { %s; }" % (next(iter(accessors.values())), name, "; ".join(accessors))

    def write(self):
        library = self.library
        yield "using System; using System.Runtime.InteropServices;"
        yield "namespace %s {" % library.name
        for name, values in library.enums.items():
            yield "public enum %s { %s }" % (name, ", ".join("%s = %s" % pair for pair in values))
        for name, fields in library.structs.items():
            body = ("public %s %s;" % ("IntPtr" if kind.startswith("*") else self.plain(kind), field) for field, kind in fields)
            yield "public struct %s { %s }" % (name, " ".join(body))
        for interface in library.interfaces:
            yield "[ComImport, Guid(\"%s\"), InterfaceType(ComInterfaceType.InterfaceIsIUnknown)]" % interface.guid
            yield "public interface %s {" % interface.name
            yield from () if interface.name in SYSTEM else self.members(interface)
            yield "}"
        for found in library.classes:
            yield "[ComImport, Guid(\"%s\")] public class %sClass { }" % (found.guid, found.name)
            yield "[ComImport, Guid(\"%s\"), CoClass(typeof(%sClass))]" % (library.interface(found.default).guid, found.name)
            yield "public interface %s : %s { }" % (found.name, found.default)
        yield "}"


class Pascal:
    """The unit that Delphi makes."""

    def __init__(self, library):
        self.library = library

    def plain(self, kind):
        if "=" in kind:
            return kind.split("=")[0]
        if kind.startswith("SAFEARRAY("):
            return "PSafeArray"
        return PAS_TYPES.get(kind, kind.split(" ")[-1])

    def named(self, name):
        return name + "_" if name.lower() in PAS_WORDS else name

    def parameter(self, parameter, number):
        kind = parameter.type
        stars = len(kind) - len(kind.lstrip("*"))
        kind = kind[stars:]
        is_interface = self.library.is_interface(kind) or kind in ("IDispatch", "IUnknown")
        stars -= is_interface
        name = self.named(parameter.name or "Param%d" % number)
        if stars > 1 or kind == "VOID":
            return "%s: Pointer" % name
        if stars == 1:
            return "%s %s: %s" % ("var" if "in" in parameter.flags else "out", name, self.plain(kind))
        by_reference = is_interface or kind in ("BSTR", "VARIANT")
        return "%s%s: %s" % ("const " if by_reference else "", name, self.plain(kind))

    def method(self, method):
        name = {"get": "Get_", "put": "Set_"}.get(method.kind, "") + method.name
        return "function %s(%s): HResult; stdcall;" % (
            self.named(name), "; ".join(self.parameter(*pair) for pair in zip(method.parameters, range(99))))

    def alias(self, name):
        return "%s = %s;" % (name, self.library.aliases[name].split(" ")[-1])

    def structs(self):
        """The structures, each after those that are its fields."""
        waiting, done = dict(self.library.structs), []
        while waiting:
            ready = [name for name, fields in waiting.items()
                     if not any(kind.split(" ")[-1] in waiting for _, kind in fields if not kind.startswith("*"))]
            done += ready
            for name in ready:
                del waiting[name]
        return done

    def types(self):
        library = self.library
        for interface in library.interfaces:
            yield "%s = interface;" % interface.name
        for name in library.enums:
            yield "%s = TOleEnum;" % name
        yield from (self.alias(name) for name, kind in library.aliases.items() if kind.startswith("enum "))
        for name in self.structs():
            body = ("%s: %s;" % (self.named(field), "Pointer" if kind.startswith("*") else self.plain(kind))
                    for field, kind in library.structs[name])
            yield "%s = packed record %s end;" % (name, " ".join(body))
        yield from (self.alias(name) for name, kind in library.aliases.items() if not kind.startswith("enum "))
        for interface in library.interfaces:
            if interface.dual:
                raise ValueError("%s: how dual interfaces are written is not known here" % interface.name)
            yield "%s = interface(%s)\n['{%s}']" % (interface.name, interface.base, interface.guid)
            yield from () if interface.name in SYSTEM else map(self.method, interface.methods)
            yield "end;"
        for found in library.classes:
            yield "Co%s = class class function Create: %s; end;" % (found.name, found.default)

    def write(self):
        library = self.library
        yield "unit %s_TLB;\ninterface\nuses ActiveX;\ntype" % library.name
        yield from self.types()
        yield "const"
        for values in library.enums.values():
            yield from ("%s = %s;" % pair for pair in values)
        for found in library.classes:
            yield "CLASS_%s: TGUID = '{%s}';" % (found.name, found.guid)
        yield "implementation\nuses ComObj;"
        for found in library.classes:
            yield "class function Co%s.Create: %s;\nbegin" % (found.name, found.default)
            yield "Result := CreateComObject(CLASS_%s) as %s;\nend;" % (found.name, found.default)
        yield "end."


def main():
    made = {"cs": CSharp, "pas": Pascal}[sys.argv[1]]
    for line in made(listed.read(sys.argv[2])).write():
        print(line)


if __name__ == "__main__":
    main()
