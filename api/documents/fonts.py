"""The font that every letter carries, and which characters it can show."""

import struct
from functools import cache
from importlib.util import find_spec
from pathlib import Path

FAMILY = "Arimo"
_FILE = "Arimo[wght].ttf"


def folder() -> Path:
    """Where the font's files are."""
    found = find_spec("fontpkg_arimo")
    if found is None or found.origin is None:
        raise FileNotFoundError("The package fontpkg-arimo is not installed.")
    return Path(found.origin).parent / "files"


def unprintable(text: str) -> str:
    """The characters of a text that a letter cannot show, each once, in order. Empty when all is well."""
    shown = _characters()
    return "".join(dict.fromkeys(sign for sign in text if ord(sign) not in shown and sign != "\n"))


@cache
def _characters() -> frozenset[int]:
    font = (folder() / _FILE).read_bytes()
    (tables,) = struct.unpack_from(">H", font, 4)
    for at in range(12, 12 + 16 * tables, 16):
        tag, _, start, length = struct.unpack_from(">4sIII", font, at)
        if tag == b"cmap":
            return frozenset(_mapped(font[start : start + length]))
    raise ValueError(f"{_FILE} has no character map.")


def _mapped(cmap: bytes) -> set[int]:
    """Code points with a glyph, from the subtables for Unicode (OpenType formats 4 and 12)."""
    found: set[int] = set()
    for number in range(struct.unpack_from(">H", cmap, 2)[0]):
        platform, _, start = struct.unpack_from(">HHI", cmap, 4 + 8 * number)
        form = struct.unpack_from(">H", cmap, start)[0]
        if platform in (0, 3) and form == 4:
            found |= _format_4(cmap[start:])
        elif platform in (0, 3) and form == 12:
            (groups,) = struct.unpack_from(">I", cmap, start + 12)
            for group in range(groups):
                first, last, glyph = struct.unpack_from(">III", cmap, start + 16 + 12 * group)
                found |= {code for code in range(first, last + 1) if glyph + code - first}
    return found


def _format_4(table: bytes) -> set[int]:
    count = struct.unpack_from(">H", table, 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", table, 14)
    starts = struct.unpack_from(f">{count}H", table, 16 + 2 * count)
    deltas = struct.unpack_from(f">{count}H", table, 16 + 4 * count)
    offsets_at = 16 + 6 * count
    offsets = struct.unpack_from(f">{count}H", table, offsets_at)
    found: set[int] = set()
    for part in range(count):
        for code in range(starts[part], min(ends[part], 0xFFFE) + 1):
            glyph = code
            if offsets[part]:
                at = offsets_at + 2 * part + offsets[part] + 2 * (code - starts[part])
                glyph = struct.unpack_from(">H", table, at)[0]
                if not glyph:
                    continue
            if (glyph + deltas[part]) & 0xFFFF:
                found.add(code)
    return found
