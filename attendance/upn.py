"""Unique pupil numbers: how they are written and whether their check letter is right. Source: domain.md 5.1."""

import re

LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"  # without I, O and S; a letter's place is its value
_SHAPE = re.compile(rf"[{LETTERS}][0-9]{{11}}[0-9{LETTERS}]")
_MANGLED = re.compile(r"[0-9][0-9.,]*E\+?[0-9]+")


def normalised(raw: str) -> str:
    """A UPN in capitals and without spaces."""
    return "".join(raw.split()).upper()


def problem_with(upn: str) -> str:
    """Why a normalised UPN cannot be right, as a sentence; empty when it can.

    The numbers of local authorities are not looked up: old ones live on in UPNs, and lists of them are never complete.
    """
    if not upn:
        return "The UPN is missing."
    if is_mangled(upn):
        return "A spreadsheet turned the UPN into a number."
    if len(upn) != 13:
        return f"A UPN has 13 characters, this one has {len(upn)}."
    if not _SHAPE.fullmatch(upn):
        return "A UPN is a letter and 12 digits, the last of which may be a letter; I, O and S are never used."
    if upn[0] != check_letter(upn[1:]):
        return "The check letter of the UPN is wrong."
    return ""


def is_mangled(word: str) -> bool:
    """Whether a spreadsheet has made a number with an exponent of it, such as 9.27E+12."""
    return _MANGLED.fullmatch(word.upper()) is not None


def check_letter(body: str) -> str:
    """The letter that belongs before the other twelve characters."""
    total = sum(weight * _value(character) for weight, character in enumerate(body, start=2))
    return LETTERS[total % len(LETTERS)]


def _value(character: str) -> int:
    return int(character) if character.isdigit() else LETTERS.index(character)
