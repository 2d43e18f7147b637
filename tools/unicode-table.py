#!/usr/bin/env python3
"""Print src/base/unicode.h: the code points that may be shown as they are.

Everything else is escaped by base/text: controls (Cc), format characters (Cf), surrogates (Cs), private use (Co),
unassigned (Cn), line and paragraph separators (Zl, Zp), blanks that are not U+0020 (Zs) and what Unicode calls
default-ignorable, which a terminal shows as nothing at all.  The tables come from Python's own copy of Unicode.
"""
import unicodedata

REFUSED = {'Cc', 'Cf', 'Cs', 'Co', 'Cn', 'Zl', 'Zp'}
IGNORABLE = [(0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5),
             (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164),
             (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3),
             (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF)]


def allowed(cp):
    if cp == 0x20:
        return True
    category = unicodedata.category(chr(cp))
    return category not in REFUSED and category != 'Zs' and cp != 0x2800 \
        and not any(a <= cp <= b for a, b in IGNORABLE)


def ranges(keep):
    start = None
    for cp in range(0x110001):
        good = cp < 0x110000 and keep(cp)
        if good and start is None:
            start = cp
        if not good and start is not None:
            yield start, cp - 1
            start = None


def table(name, keep):
    print(f'static const struct unicode_range {name}[] = {{')
    line = '\t'
    for a, b in ranges(keep):
        item = f'{{0x{a:x}, 0x{b:x}}}, '
        if len(line) + len(item) > 92:
            print(line.rstrip())
            line = '\t'
        line += item
    print(line.rstrip())
    print('};')


print(f'/* Made by tools/unicode-table.py from Unicode {unicodedata.unidata_version}; do not edit. */')
print('#ifndef CERTARY_SRC_BASE_UNICODE_H\n#define CERTARY_SRC_BASE_UNICODE_H\n')
print('#include <stdint.h>\n')
print('struct unicode_range {\n\tuint32_t first, last;\n};\n')
print('/* Code points that a terminal may be given as they are. */')
table('unicode_shown', allowed)
print('\n/* Marks that stand on the character before them (Mn, Me). */')
table('unicode_marks', lambda cp: allowed(cp) and unicodedata.category(chr(cp)) in ('Mn', 'Me'))
print('\n#endif')
