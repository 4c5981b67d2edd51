"""What every letter has around its text: who writes, to whom, about whom, whom to ask."""

from dataclasses import dataclass

from api.documents.blocks import Blocks, Shown, When, runs_of
from api.documents.errors import FieldRefused
from api.documents.filling import Fields, fill_blocks, value_of
from api.documents.template import read_blocks
from api.documents.values import day_in_words, is_empty, lines, words

_MOST_ADDRESS_LINES = 6  # with the name seven, as many as a window envelope and printing services take

_CLOSING = read_blocks(
    """\
If you have a question, please call ((contact_name)), ((contact_role)), on ((school_phone)). Please call too, or ask \
somebody to call for you, if you need this letter in large print, another format or another language. We can also find \
an interpreter for you.
"""
)
_ASKED = (
    "school_name",
    "school_address",
    "school_phone",
    "letter_date",
    "case_reference",
    "addressee_name",
    "addressee_address",
    "salutation",
    "child_name",
    "child_class",
    "signatory_name",
    "signatory_role",
)
FRAME_FIELDS: frozenset[str] = frozenset(_ASKED) | {
    run.name for run in runs_of(_CLOSING) if isinstance(run, Shown | When)
}


@dataclass(frozen=True)
class Frame:
    """The frame of one letter, in words."""

    school_name: str
    school_address: tuple[str, ...]
    school_phone: str
    day: str  # ISO
    day_in_words: str
    case_reference: str
    recipient: tuple[str, ...]  # the name, then that adult's own address
    salutation: str
    about: str
    closing: Blocks
    signatory: tuple[str, str]  # name and role


def frame_of(fields: Fields) -> Frame:
    """The frame for these fields. Raises FieldRefused."""
    given = {name: value_of(name, fields) for name in _ASKED}
    for name, value in given.items():
        if name != "child_class" and is_empty(value):
            raise FieldRefused(name, "is empty, and every letter needs it")
    address = [line for entry in lines("addressee_address", given["addressee_address"]) for line in entry.split("\n")]
    if len(address) > _MOST_ADDRESS_LINES:
        raise FieldRefused("addressee_address", f"has more than {_MOST_ADDRESS_LINES} lines")
    child, child_class = _one_line("child_name", given), _one_line("child_class", given)
    return Frame(
        school_name=_one_line("school_name", given),
        school_address=tuple(lines("school_address", given["school_address"])),
        school_phone=_one_line("school_phone", given),
        day=str(given["letter_date"]),
        day_in_words=day_in_words("letter_date", given["letter_date"]),
        case_reference=_one_line("case_reference", given),
        recipient=(_one_line("addressee_name", given), *address),
        salutation=_one_line("salutation", given),
        about=f"{child}, class {child_class}" if child_class else child,
        closing=fill_blocks(_CLOSING, fields)[0],
        signatory=(_one_line("signatory_name", given), _one_line("signatory_role", given)),
    )


def _one_line(name: str, given: Fields) -> str:
    value = given[name]
    return "" if is_empty(value) else " ".join(words(name, value).split("\n"))
