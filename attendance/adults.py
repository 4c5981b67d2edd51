"""Reads the file of adults around pupils: who is whose parent, on what basis, and where each adult lives."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from attendance.countries import HOME_COUNTRY
from attendance.csv_files import columns_of, read_csv
from attendance.errors import RowRefused, Unreadable
from attendance.register_rows import Quarantined
from attendance.upn import normalised, problem_with

WANTED = "a file of adults as CSV with one row for each pupil and adult"
BASES = ("biological", "parental_responsibility", "care", "none")
LIVES_WITH = ("none", "part", "full")

_COLUMNS = {
    "upn": ("upn", "unique pupil number"),
    "school_ref": ("adult id", "contact id"),
    "title": ("title",),
    "forename": ("forename", "first name"),
    "surname": ("surname", "last name"),
    "relationship": ("relationship",),
    "basis": ("basis",),
    "lives_with": ("lives with pupil",),
    "line1": ("address 1", "address line 1"),
    "line2": ("address 2", "address line 2"),
    "town": ("town", "town or city"),
    "postcode": ("postcode",),
    "country": ("country",),
    "confidential": ("address confidential",),
    "email": ("email", "email address"),
    "email_consent": ("email consent",),
    "phone": ("phone", "telephone"),
}
_NEEDED = {
    "upn": "UPN",
    "school_ref": "Adult id",
    "surname": "Surname",
    "basis": "Basis",
    "confidential": "Address confidential",
}
_YES, _NO = frozenset({"yes", "y", "true", "1"}), frozenset({"no", "n", "false", "0", ""})


@dataclass(frozen=True)
class Address:
    """Where one adult lives. Never shared, not even by adults of one household."""

    lines: tuple[str, ...]  # without postcode and country
    postcode: str
    country: str
    confidential: bool


@dataclass(frozen=True)
class Adult:
    """A person, under the id that the school gave them."""

    school_ref: str
    title: str
    forename: str
    surname: str
    email: str
    email_consent: bool
    phone: str
    address: Address


@dataclass(frozen=True)
class Parenthood:
    """What an adult is to a pupil: Education Act 1996 section 576. `basis` none means no parent."""

    row: int
    upn: str
    school_ref: str
    relationship: str
    basis: str
    lives_with: str


@dataclass(frozen=True)
class Replaced:
    """A row that says something else of an adult, or of a pupil and an adult, than an earlier row did."""

    row: int
    reason: str


@dataclass(frozen=True)
class AdultsFile:
    """What the file says; of two rows that differ the later one counts, but a confidential address stays so."""

    rows: int
    adults: Mapping[str, Adult]  # by the school's id
    parenthoods: tuple[Parenthood, ...]
    quarantined: tuple[Quarantined, ...]
    conflicts: tuple[Replaced, ...]


def read_adults(stream: BinaryIO) -> AdultsFile:
    """The adults in a CSV file. Raises Unreadable for a file of another kind. Source: R022 to R029, domain.md 5.4."""
    header, records = read_csv(stream, wanted=WANTED)
    columns = columns_of(header, _COLUMNS)
    if missing := [title for name, title in _NEEDED.items() if name not in columns]:
        raise Unreadable(f"This file has no column {' and no column '.join(missing)}. Send {WANTED}.")
    places = {name: columns.get(name, len(header)) for name in _COLUMNS}
    reader = _Reader()
    row = 0
    for row, cells in enumerate(records, start=1):
        try:
            if cells is None:
                raise RowRefused("A quotation mark in this row is never closed.")
            reader.take(row, {name: cells[at].strip() if at < len(cells) else "" for name, at in places.items()})
        except RowRefused as refused:
            reader.quarantined.append(Quarantined(row, str(refused)))
    return AdultsFile(
        rows=row,
        adults=reader.adults,
        parenthoods=tuple(reader.parenthoods.values()),
        quarantined=tuple(reader.quarantined),
        conflicts=tuple(reader.conflicts),
    )


@dataclass
class _Reader:
    adults: dict[str, Adult] = field(default_factory=dict)
    parenthoods: dict[tuple[str, str], Parenthood] = field(default_factory=dict)
    quarantined: list[Quarantined] = field(default_factory=list)
    conflicts: list[Replaced] = field(default_factory=list)

    def take(self, row: int, cells: Mapping[str, str]) -> None:
        """Takes one row, or nothing of it. Raises RowRefused."""
        upn = normalised(cells["upn"])
        if problem := problem_with(upn):
            raise RowRefused(problem)
        adult = _adult(cells)
        link = Parenthood(
            row=row,
            upn=upn,
            school_ref=adult.school_ref,
            relationship=cells["relationship"],
            basis=_one_of(BASES, cells["basis"], "The basis of parenthood"),
            lives_with=_one_of(LIVES_WITH, cells["lives_with"] or "none", "Whether the pupil lives there"),
        )
        known = self.adults.get(adult.school_ref)
        if known is not None and known != adult:
            self.conflicts.append(Replaced(row, "An earlier row says something else of this adult; this row counts."))
        if known is not None and known.address.confidential:
            adult = replace(adult, address=replace(adult.address, confidential=True))
        if (upn, adult.school_ref) in self.parenthoods:
            self.conflicts.append(Replaced(row, "An earlier row names this pupil and adult; this row counts."))
        self.adults[adult.school_ref] = adult
        self.parenthoods[upn, adult.school_ref] = link


def _adult(cells: Mapping[str, str]) -> Adult:
    if not cells["school_ref"]:
        raise RowRefused("The adult's id is missing.")
    if not cells["surname"]:
        raise RowRefused("The adult's surname is missing.")
    return Adult(
        school_ref=cells["school_ref"],
        title=cells["title"],
        forename=cells["forename"],
        surname=cells["surname"],
        email=cells["email"],
        email_consent=_yes_or_no(cells["email_consent"], "Email consent"),
        phone=cells["phone"],
        address=Address(
            lines=tuple(line for line in (cells["line1"], cells["line2"], cells["town"]) if line),
            postcode=cells["postcode"].upper(),
            country=cells["country"] or HOME_COUNTRY,
            confidential=_yes_or_no(cells["confidential"], "Whether the address is confidential"),
        ),
    )


def _one_of(words: tuple[str, ...], cell: str, what: str) -> str:
    word = cell.lower().replace(" ", "_")
    if word not in words:
        raise RowRefused(f"{what} is {', '.join(words[:-1])} or {words[-1]}.")
    return word


def _yes_or_no(cell: str, what: str) -> bool:
    word = cell.lower()
    if word not in _YES | _NO:
        raise RowRefused(f"{what} is yes or no.")
    return word in _YES
