#!/usr/bin/env python3
"""Makes the tables of the contract from the IDL: idl/tables.py contract|telling scardssp.idl RESULT.inc

contract: for each method one const array of parameters; for each interface one const array of members (name,
DISPID, kind, vtable slot, parameters), the slot taken by the C compiler from the vtable structure that widl
made; and one array of identifiers. com/contract.c includes the result: late binding and the contract test
read it.

telling: for each interface a vtable whose methods call those of another one and hand what they return to
telling.c, which includes the result.
"""
import re
import sys

# Types as the IDL has them: (type in the table, its own pointers). What has more pointers is passed by its
# address.
TYPES = {
    "BYTE": ("BYTE", 0), "WORD": ("WORD", 0), "LONG": ("LONG", 0), "DWORD": ("DWORD", 0), "UINT": ("UINT", 0),
    "VARIANT_BOOL": ("BOOL", 0), "HSCARD": ("HANDLE", 0), "HSCARDCONTEXT": ("HANDLE", 0), "HSCARD_FILE": ("HANDLE", 0),
    "ULARGE_INTEGER": ("LARGE", 0), "BSTR": ("BSTR", 0), "SAFEARRAY": ("SAFEARRAY", 1), "BYTEARRAY": ("BYTEARRAY", 1),
    "GUID": ("GUID", 1), "SCARDINFO": ("SCARDINFO", 1), "STATSTRUCT": ("STATSTRUCT", 0), "VARIANT": ("VARIANT", 0),
    "TLV_TABLE": ("TABLE", 1),
}
# Names for pointers: what they point to.
POINTERS = {
    "LPWORD": "WORD", "LPBYTE": "BYTE", "LPSAFEARRAY": "SAFEARRAY", "LPBYTEARRAY": "BYTEARRAY", "LPGUID": "GUID",
    "LPSCARDINFO": "SCARDINFO", "LPSTATSTRUCT": "STATSTRUCT", "LPSTREAM": "IStream", "LPUNKNOWN": "IUnknown",
    "LPDISPATCH": "IDispatch", "LPBYTEBUFFER": "IByteBuffer", "LPSCARDCMD": "ISCardCmd",
}
# Arrays that these give reach callers by name as arrays of VARIANTs: scripts can index no others. What
# programs know of the other interfaces stays as it was published.
INDEXED = ("ISCardManage", "ISCardFileAccess", "ISCardVerify", "ISCardAuth")
INTERFACE = re.compile(r"I[A-Z]\w+$")
PREFIX = {"GET": "get_", "PUT": "put_", "METHOD": ""}
NUMBER = re.compile(r"-?\w+$")


class Parameter:
    """One parameter: `[in, defaultvalue(LEAVE)] SCARD_DISPOSITIONS Disposition`."""

    def __init__(self, text, enums):
        match = re.match(r"\s*\[(.*)\]\s*(\w+)\s*(\**)\s*(\w+)\s*$", text, re.S)
        if not match:
            raise ValueError("not understood: %s" % text)
        attributes, base, stars, self.name = match.groups()
        self.spelled = base + " " + stars
        words = [word.strip() for word in split_list(attributes)]
        self.values = dict(re.match(r"(\w+)\((.*)\)$", word).groups() for word in words if "(" in word)
        self.flags = [flag for word, flag in (("in", "IN"), ("out", "OUT"), ("retval", "RETVAL")) if word in words]
        self.iid = None
        pointers = len(stars)
        if base in POINTERS:
            base, pointers = POINTERS[base], pointers + 1
        self.find_type(base, pointers, enums)
        self.default = self.values.get("defaultvalue")
        # A counter that may be NULL can be left out, whether C++ has a default for it or not.
        counter = "unique" in words and self.flags == ["IN", "OUT", "POINTER"]
        if self.default is not None or counter:
            self.flags.append("OPTIONAL")

    def find_type(self, base, pointers, enums):
        """Sets `type`; a pointer that the type does not have itself is a flag."""
        if base in enums:
            self.type, own = "ENUM", 0
        elif INTERFACE.match(base):
            self.type, own, self.iid = "OBJECT", 1, base
        elif base == "BYTE" and pointers and "size_is" in self.values:
            self.type, own = "BYTES", 1
        elif base == "BYTE" and pointers and "OUT" not in self.flags:
            self.type, own = "ADDRESS", 1
        else:
            self.type, own = TYPES[base]
        if pointers - own not in (0, 1):
            raise ValueError("%s: %d pointers" % (self.name, pointers))
        if pointers > own:
            self.flags.append("POINTER")

    def default_value(self):
        """The default as an integer constant in C: the default of a string or a pointer is NULL."""
        if self.default is None or self.default == 'L""':
            return "0"
        if not NUMBER.match(self.default):
            raise ValueError("%s: default %s" % (self.name, self.default))
        return self.default

    def index_of(self, attribute, names):
        """The parameter that size_is(n), size_is(, n) or length_is(*n) names."""
        value = self.values.get(attribute)
        return "CONTRACT_NO_PARAMETER" if value is None else str(names.index(value.strip(" ,*")))

    def write(self, names, out):
        out.write('    {L"%s", CONTRACT_%s, %s, %s, %s, %s, %s},\n'
                  % (self.name, self.type, " | ".join("CONTRACT_" + flag for flag in self.flags), self.default_value(),
                     "&IID_" + self.iid if self.iid else "NULL", self.index_of("size_is", names),
                     self.index_of("length_is", names)))


class Member:
    """A method or an accessor of a property."""

    def __init__(self, attributes, name, parameters, enums):
        self.name = name
        self.dispid = int(re.search(r"\bid\((\d+)\)", attributes).group(1))
        self.kind = "GET" if "propget" in attributes else "PUT" if "propput" in attributes else "METHOD"
        self.method = PREFIX[self.kind] + name
        self.parameters = [Parameter(text, enums) for text in split_list(parameters) if text.strip()]
        # How many entries a table has the parameter behind it tells: the IDL cannot say that, for tables are
        # carried between processes by code of their own.
        for table, count in zip(self.parameters, self.parameters[1:]):
            if table.type == "TABLE":
                table.values["size_is"] = count.name

    def write_parameters(self, interface, out):
        if not self.parameters:
            return
        for parameter in self.parameters:
            if interface in INDEXED and parameter.type == "SAFEARRAY" and "OUT" in parameter.flags:
                parameter.flags.append("VARIANTS")
        names = [parameter.name for parameter in self.parameters]
        out.write("static const struct contract_parameter parameters_%s_%s[] = {\n" % (interface, self.method))
        for parameter in self.parameters:
            parameter.write(names, out)
        out.write("};\n")
        out.write('_Static_assert(%d <= CONTRACT_PARAMETERS_MAX, "too many parameters");\n' % len(names))

    def write(self, interface, out):
        array = "parameters_%s_%s" % (interface, self.method) if self.parameters else "NULL"
        out.write('    {L"%s", %d, CONTRACT_%s, CONTRACT_SLOT(%s, %s), %s, %d},\n'
                  % (self.name, self.dispid, self.kind, interface, self.method, array, len(self.parameters)))

    def write_telling(self, interface, out):
        parameters = "".join(", %s%s" % (parameter.spelled, parameter.name) for parameter in self.parameters)
        names = "".join(", " + parameter.name for parameter in self.parameters)
        out.write("static HRESULT STDMETHODCALLTYPE %s_%s_telling(%s *iface%s) {\n"
                  % (interface, self.method, interface, parameters))
        out.write("    return told(&IID_%s, TELLING_%s.%s(iface%s));\n}\n" % (interface, interface, self.method, names))


# What every interface has from IUnknown and IDispatch: (result, name, parameters, what becomes of the
# result).
INHERITED = (
    ("HRESULT", "QueryInterface", (("REFIID", "riid"), ("void **", "out")), ""),
    ("ULONG", "AddRef", (), ""),
    ("ULONG", "Release", (), ""),
    ("HRESULT", "GetTypeInfoCount", (("UINT *", "count"),), ""),
    ("HRESULT", "GetTypeInfo", (("UINT", "index"), ("LCID", "lcid"), ("ITypeInfo **", "info")), ""),
    ("HRESULT", "GetIDsOfNames", (("REFIID", "riid"), ("LPOLESTR *", "names"), ("UINT", "count"), ("LCID", "lcid"),
                                  ("DISPID *", "ids")), ""),
    ("HRESULT", "Invoke", (("DISPID", "dispid"), ("REFIID", "riid"), ("LCID", "lcid"), ("WORD", "flags"),
                           ("DISPPARAMS *", "params"), ("VARIANT *", "result"), ("EXCEPINFO *", "info"),
                           ("UINT *", "bad_argument")), "told_by_name"),
)


def write_telling(text, out):
    """For each interface that TELLING_<interface> is defined for, the methods and their vtable."""
    for name, _, members in read_interfaces(text):
        out.write("\n#ifdef TELLING_%s\n" % name)
        for result, method, parameters, then in INHERITED:
            out.write("static %s STDMETHODCALLTYPE %s_%s_telling(%s *iface%s) {\n" % (
                result, name, method, name, "".join(", %s %s" % parameter for parameter in parameters)))
            out.write("    return %s(TELLING_%s.%s(iface%s));\n}\n" % (
                then, name, method, "".join(", " + parameter[1] for parameter in parameters)))
        for member in members:
            member.write_telling(name, out)
        out.write("const %sVtbl telling_%s = {\n" % (name, name))
        for method in [row[1] for row in INHERITED] + [member.method for member in members]:
            out.write("    .%s = %s_%s_telling,\n" % (method, name, method))
        out.write("};\n#endif\n")


def split_list(text):
    """Splits at the commas that stand in no bracket."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "([") - (character in ")]")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def read_interfaces(text):
    """Yields (name, uuid, [Member]) for every interface with a body."""
    enums = set(re.findall(r"typedef\s*\[v1_enum, public\]\s*enum\s+\w+\s*\{[^}]*\}\s*(\w+)\s*;", text))
    pattern = re.compile(r"\[([^\[\]]*?uuid\(([0-9A-Fa-f-]+)\)[^\[\]]*?)\]\s*interface\s+(\w+)\s*:\s*IDispatch\s*\{(.*?)\n\}",
                         re.S)
    method = re.compile(r"\[([^\[\]]*?\bid\(\d+\)[^\[\]]*?)\]\s*HRESULT\s+(\w+)\s*\((.*?)\);", re.S)
    for match in pattern.finditer(text):
        yield match.group(3), match.group(2), [Member(*found.groups(), enums) for found in method.finditer(match.group(4))]


def preprocess(text):
    """The IDL without comments as it is where no type library is made (TYPE_LIBRARY), short names written
    out.
    """
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"#ifdef TYPE_LIBRARY\b(?:(?!#else|#endif).)*(?:#else(.*?))?#endif", r"\1", text, flags=re.S)
    for name, value in re.findall(r"^#define (\w+) (\S+)$", text, re.M):
        text = re.sub(r"\b%s\b" % name, value, text)
    return text


def guid_initialiser(uuid):
    parts = uuid.upper().split("-")
    tail = parts[3] + parts[4]
    octets = ", ".join("0x" + tail[i:i + 2] for i in range(0, 16, 2))
    return "{0x%s, 0x%s, 0x%s, {%s}}" % (parts[0], parts[1], parts[2], octets)


def write_tables(text, out):
    interfaces = list(read_interfaces(text))
    for name, _, members in interfaces:
        for member in members:
            member.write_parameters(name, out)
        out.write("static const struct contract_member members_%s[] = {\n" % name)
        for member in members:
            member.write(name, out)
        out.write("};\n\n")
    out.write("static const struct contract_interface interfaces[] = {\n")
    for name, uuid, members in interfaces:
        out.write('    {"%s", %s, members_%s, %d},\n' % (name, guid_initialiser(uuid), name, len(members)))
    out.write("};\n")


def main():
    kind, source, target = sys.argv[1:4]
    with open(source, encoding="utf-8") as file:
        text = preprocess(file.read())
    with open(target, "w", encoding="utf-8") as out:
        out.write("/* Made from %s. Do not edit. */\n" % source.rsplit("/", 1)[-1])
        {"contract": write_tables, "telling": write_telling}[kind](text, out)


if __name__ == "__main__":
    main()
