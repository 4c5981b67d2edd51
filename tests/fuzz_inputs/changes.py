"""Files, texts and JSON changed at random."""

import copy
import random
from collections.abc import Sequence
from typing import Any

NASTY: Sequence[bytes] = (
    b"", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\r\n\r\n", b'"', b"'", b",,,,", b";", b"\t", b"=1+1", b"-",
    b"/", b"\\", b"9" * 40, b"1e999", b"-1", b"0", b"NaN", b"Infinity", b"2026-02-30", b"31/02/2026", b"9999-12-31",
    b"0001-01-01", b"<a>", b"</", b"&amp;", b"&x;", b"<![CDATA[", b"]]>", b"<!--", b"<?x?>", b"{", b"}", b"[", b"]",
    b"[" * 10, b"(" * 10, b"\xc3\x28", b"\xed\xa0\x80", "\u202e".encode(), "\U0001f600".encode(), b"true", b"null",
    b"not(", b"..", b"P1D", b"RRULE:FREQ=SECONDLY", b"DTSTART:19000101", b"BEGIN:VEVENT", b"END:VCALENDAR",
)  # fmt: skip
VALUES: Sequence[Any] = (
    None, True, False, 0, -1, 10**30, 1.5, "", "x", "x" * 3_000, "\x00", "\ud83d", "2026-02-30", "2026-12-02", "24:00",
    [], [[]], [None] * 50, {}, {"": None}, {"a": {"b": {"c": []}}}, float("inf"),
)  # fmt: skip
LONGEST = 40_000  # bytes
MOST_CHANGES = 6


def bytes_changed(content: bytes, pick: random.Random) -> bytes:
    """The file with pieces put in, taken away, repeated and exchanged."""
    found = bytearray(content)
    for _ in range(pick.randint(1, MOST_CHANGES)):
        place = pick.randrange(len(found) + 1)
        match pick.randrange(5):
            case 0:
                found[place:place] = pick.choice(NASTY)
            case 1:
                del found[place : place + pick.choice((1, 3, 30, 300))]
            case 2:
                again = bytes(found[place : place + pick.choice((5, 50, 500))])
                found[place:place] = again * pick.choice((1, 1, 3))
            case 3 if place < len(found):
                found[place] = pick.randrange(256)
            case _:
                other = pick.randrange(len(found) + 1)
                length = pick.choice((1, 10, 100))
                found[place : place + length], found[other : other + length] = (
                    found[other : other + length],
                    found[place : place + length],
                )
    return bytes(found[:LONGEST])


def json_changed(value: Any, pick: random.Random) -> Any:
    """JSON with values exchanged, names changed, items repeated and left out."""
    found = copy.deepcopy(value)
    for _ in range(pick.randint(1, MOST_CHANGES)):
        holders = [*_holders(found)]
        if not holders:
            return pick.choice(VALUES)
        holder = pick.choice(holders)
        keys = [*holder] if isinstance(holder, dict) else [*range(len(holder))]
        key = pick.choice(keys)
        match pick.randrange(4):
            case 0:
                del holder[key]
            case 1 if isinstance(holder, list):
                holder.append(copy.deepcopy(holder[key]))
            case 1 | 2 if isinstance(holder, dict):
                holder[pick.choice((f"{key}x", "", "__class__", "typename", *keys))] = holder.pop(key)
            case _:
                holder[key] = copy.deepcopy(pick.choice(VALUES))
    return found


def _holders(value: Any) -> list[Any]:
    """Every list and record in it that holds something."""
    found, waiting = [], [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict | list) and one:
            found.append(one)
            waiting += one.values() if isinstance(one, dict) else one
    return found
