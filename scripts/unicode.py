#!/usr/bin/env python3
"""Writes src/base/unicode.def from the Unicode Character Database that Python carries.

Usage: scripts/unicode.py > src/base/unicode.def
Source: Python's unicodedata, which is generated from https://www.unicode.org/Public/.
"""
import sys
import unicodedata

CODES = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
CATEGORY = {c: unicodedata.category(chr(c)) for c in CODES}

# Code points that show nothing though their category is a letter's or a mark's
# (Default_Ignorable_Code_Point of DerivedCoreProperties.txt, variation selectors left out).
BLANK = {0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0}
SUBSCRIPT_DIGITS = range(0x2080, 0x208A)
HANGUL_MEDIALS = set(range(0x1160, 0x1200)) | set(range(0xD7B0, 0xD7FC))


def letter(c):
    return CATEGORY[c][0] == "L" and c not in BLANK


def extension(c):
    return (CATEGORY[c] in ("Mn", "Mc", "Nd") and c not in BLANK) or c in SUBSCRIPT_DIGITS


def hidden(c):
    noncharacter = c & 0xFFFE == 0xFFFE or 0xFDD0 <= c <= 0xFDEF
    tag = 0xE0000 <= c <= 0xE00FF
    return CATEGORY[c] in ("Cc", "Cf", "Zl", "Zp") or noncharacter or tag or c in BLANK


def narrow(c):
    return CATEGORY[c] in ("Mn", "Me", "Cc", "Cf", "Zl", "Zp") or c in HANGUL_MEDIALS


def wide(c):
    if CATEGORY[c] == "Cn":  # Python says F of all of them; these blocks are kept for wide ones
        return 0x1FA70 <= c <= 0x1FAFF or 0x20000 <= c <= 0x3FFFD
    return unicodedata.east_asian_width(chr(c)) in "WF" and not narrow(c)


def upper(c):
    for text in (chr(c).upper(), chr(c).title()):
        if len(text) == 1:
            return ord(text)
    return c


def lower(c):
    return ord(chr(c).lower()[0])


def ranges(test):
    """Maximal runs [first, last] of code points that pass the test."""
    found = []
    for c in filter(test, CODES):
        if found and found[-1][1] == c - 1:
            found[-1][1] = c
        else:
            found.append([c, c])
    return found


def mappings(change):
    """Runs [first, last, step, delta] of code points, `step` apart, that all move by `delta`."""
    found = []
    for c in CODES:
        delta = change(c) - c
        if delta == 0:
            continue
        run = found[-1] if found else None
        if run and run[3] == delta and run[0] == run[1] and c - run[1] in (1, 2):
            run[1], run[2] = c, c - run[1]
        elif run and run[3] == delta and run[0] != run[1] and c - run[1] == run[2]:
            run[1] = c
        else:
            found.append([c, c, 1, delta])
    return found


def write(title, macro, rows):
    print(f"\n/* {title} */")
    line = ""
    for row in rows:
        numbers = [f"0x{n:x}" for n in row[:2]] + [str(n) for n in row[2:]]
        item = f"{macro}({', '.join(numbers)})"
        if len(line) + len(item) + 1 > 100:
            print(line)
            line = ""
        line += (" " if line else "") + item
    print(line)


def main():
    print("/* sgrad: classes of code points. Written by scripts/unicode.py from the Unicode Character")
    print(f" * Database {unicodedata.unidata_version}; do not edit. The including file defines the macros:"
          " the rest stay empty. */")
    for macro in ("LETTER", "EXTENSION", "HIDDEN", "NARROW", "WIDE"):
        print(f"#ifndef {macro}\n#define {macro}(first, last)\n#endif")
    for macro in ("UPPER", "LOWER"):
        print(f"#ifndef {macro}\n#define {macro}(first, last, step, delta)\n#endif")
    write("Letters: categories L*.", "LETTER", ranges(letter))
    write("What else may follow in a name: Mn, Mc, Nd and the subscript digits.", "EXTENSION",
          ranges(extension))
    write("What must not reach a terminal: Cc, Cf, Zl, Zp, tags, noncharacters, blank letters.",
          "HIDDEN", ranges(hidden))
    write("Zero columns: Mn, Me, controls, Hangul vowels and final consonants.", "NARROW",
          ranges(narrow))
    write("Two columns: East Asian Width W and F.", "WIDE", ranges(wide))
    write("Simple upper case: every `step`-th code point moves by `delta`.", "UPPER",
          mappings(upper))
    write("Simple lower case.", "LOWER", mappings(lower))
    print()
    for macro in ("LETTER", "EXTENSION", "HIDDEN", "NARROW", "WIDE", "UPPER", "LOWER"):
        print(f"#undef {macro}")


if __name__ == "__main__":
    sys.exit(main())
