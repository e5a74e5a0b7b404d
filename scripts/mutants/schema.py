"""Many changes of a file in one: each is made where the program runs with its number in the environment
(chooser.c). So the file is compiled, and the tests are linked with it, once instead of once for each change.
"""
HEAD = "int scardssp_mutant(int number);\n#line 1\n"


def holds(outer, inner):
    """Does the expression of the one lie within the other's? Of two that are the same the first is the outer
    one."""
    same = (outer.first, outer.last) == (inner.first, inner.last)
    return outer.first <= inner.first and inner.last <= outer.last and (not same or outer.number < inner.number)


def text_of(source, sites, first, last):
    """The source from `first` to `last` with the changes that lie within."""
    outermost = [site for site in sites if not any(holds(other, site) for other in sites)]
    parts, at = [], first
    for site in sorted(outermost, key=lambda one: one.first):
        if first <= site.first and site.last <= last:
            parts += [source[at:site.first].decode(), choice(source, [one for one in sites if holds(site, one)], site)]
            at = site.last
    return "".join(parts) + source[at:last].decode()


def choice(source, sites, site):
    """The expression, or the other one where its number is chosen. sites: those within it."""
    as_it_is = text_of(source, sites, site.first, site.last)
    if site.text == "(void)0":
        return "(scardssp_mutant(%d) ? (void)0 : (void)(%s))" % (site.number, as_it_is)
    if site.text.startswith("!("):
        changed = "!(%s)" % as_it_is
    else:
        changed = text_of(source, sites, site.first, site.begin) + site.text + text_of(source, sites, site.end, site.last)
    return "(scardssp_mutant(%d) ? (%s) : (%s))" % (site.number, changed, as_it_is)


def apply(source, sites):
    """The file with all of them, by their numbers."""
    return (HEAD + text_of(source, sites, 0, len(source))).encode()


def split(sites, compiles):
    """Those that can be in the file together, and those that have to be made one at a time, where the
    language wants a constant; compiles(sites): does it with these?"""
    if compiles(sites):
        return sites, []
    together = [site for site in sites if compiles([site])]
    if not compiles(together):
        together = []
    return together, [site for site in sites if site not in together]
