"""What every letter has around its text: who writes, to whom, about whom, whom to ask."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from attendance import tables
from attendance.parents import Parent
from engine import tables as engine_tables
from engine.calls import Call
from handlers.facts import Facts

Fields = dict[str, Any]

PHONE_DIGITS = 9  # of a British number, without what stands in front
STREET_LENGTH = 8  # shorter first lines, such as "Flat 2", tell nothing alone


class WouldDisclose(Exception):
    """This letter would tell one adult where or how another one can be reached. It was not made."""

    def __str__(self) -> str:
        return super().__str__() or (self.__doc__ or "")


@dataclass(frozen=True)
class Signatory:
    """Somebody of the school whom a letter names."""

    name: str
    role: str


def frame(call: Call, recipient: Parent) -> Fields:
    """The fields around every letter; the address is the recipient's own, from that adult's own record."""
    school, pupil = tables.school.c, tables.pupil.c
    sender = call.db.execute(
        select(school.name, school.phone, school.address).where(school.id == call.case.owner_id)
    ).one()
    child = call.db.execute(
        select(pupil.forename, pupil.surname, pupil.registration_group).where(pupil.id == call.case.subject_id)
    ).one()
    lead, head = staff(call, "attendance_lead"), staff(call, "head_teacher")
    return {
        "school_name": sender.name,
        "school_address": [line for line in sender.address if line != sender.name],
        "school_phone": sender.phone,
        "letter_date": call.today.isoformat(),
        "case_reference": call.case.reference,
        "addressee_name": recipient.name,
        "addressee_address": recipient.address.as_letter if recipient.address else [],
        "salutation": f"Dear {recipient.title} {recipient.surname}" if recipient.title else f"Dear {recipient.name}",
        "child_name": f"{child.forename} {child.surname}".strip() or "your child",
        "child_forename": child.forename or "your child",
        "child_class": child.registration_group,
        "contact_name": lead.name,
        "contact_role": lead.role,
        "signatory_name": head.name,
        "signatory_role": head.role,
    }


def staff(call: Call | Facts, role: str) -> Signatory:
    """The member of the school's staff in a role; the role alone while nobody has it."""
    person, membership = engine_tables.person.c, engine_tables.membership.c
    words = role.replace("_", " ")
    name = call.db.execute(
        select(person.name)
        .join_from(engine_tables.person, engine_tables.membership, membership.person_id == person.id)
        .where(membership.owner_id == call.case.owner_id, membership.role == role, person.active)
        .order_by(person.created_at, person.id)
        .limit(1)
    ).scalar_one_or_none()
    return Signatory(name or f"the {words}", words.capitalize())


def refuse_disclosure(call: Call | Facts, recipient: Parent, fields: Fields) -> None:
    """Raises WouldDisclose when a field holds another adult's postcode, street, telephone number or e-mail address.

    What the recipient shares with them, such as the household's postcode, is not another adult's. Source: domain.md 7.
    """
    written = [
        _folded(text) for text in _texts({name: fields[name] for name in fields if not name.startswith("school_")})
    ]
    own = _secrets(call, recipient.id)
    adults = call.db.execute(
        select(tables.parenthood.c.adult_id).where(tables.parenthood.c.pupil_id == call.case.subject_id)
    ).scalars()
    for other in adults:
        secrets = set() if other == recipient.id else _secrets(call, other) - own
        if any(secret in text for secret in secrets for text in written):
            raise WouldDisclose(f"{WouldDisclose.__doc__} Letter to {recipient.id}, data of {other}.")


def _secrets(call: Call | Facts, adult: UUID) -> set[str]:
    """What tells where an adult is or how to reach them, at every address on record."""
    person, address = tables.adult.c, tables.address.c
    contact = call.db.execute(select(person.email, person.phone).where(person.id == adult)).one()
    # Without the 0 or +44 in front, so that either way of writing a number is found.
    found = [(_folded(contact.email), 1), (_folded(contact.phone)[-PHONE_DIGITS:], PHONE_DIGITS)]
    for row in call.db.execute(select(address.lines, address.postcode).where(address.adult_id == adult)):
        first, *others = row.lines or [""]
        found += [(_folded(row.postcode), 1), (_folded(first), STREET_LENGTH)]
        found += [(_folded(line), STREET_LENGTH) for line in others if any(sign.isdigit() for sign in line)]
    return {secret for secret, least in found if len(secret) >= least}


def _folded(text: str) -> str:
    return "".join(sign for sign in text.lower() if sign.isalnum() or sign == "@")


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for part in value.values() for text in _texts(part)]
    if isinstance(value, list):
        return [text for part in value for text in _texts(part)]
    return []
