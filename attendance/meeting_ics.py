"""A meeting as an invitation for diaries: iCalendar, METHOD:REQUEST, and CANCEL once it is off (RFC 5546)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, vCalAddress, vText

LASTS = timedelta(hours=1)  # letters name the beginning only; a diary needs an end


@dataclass(frozen=True)
class Entry:
    """What one person's diary learns of a meeting. Sent again with a higher sequence it takes the older one's place."""

    uid: str
    sequence: int
    starts_at: datetime
    place: str
    summary: str
    description: str
    organiser: str
    phone: str
    guest: str
    email: str  # "" where none may be used
    made_at: datetime
    is_cancelled: bool


def as_ics(entry: Entry) -> bytes:
    """The invitation as a file."""
    diary = Calendar()
    diary.add("prodid", "-//Fast Track to attendance//EN")
    diary.add("version", "2.0")
    diary.add("method", "CANCEL" if entry.is_cancelled else "REQUEST")
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.made_at.astimezone(UTC))
    event.add("dtstart", entry.starts_at.astimezone(UTC))
    event.add("dtend", (entry.starts_at + LASTS).astimezone(UTC))
    event.add("summary", entry.summary)
    event.add("description", entry.description)
    event.add("location", entry.place)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("class", "CONFIDENTIAL")
    event["organizer"] = _address(f"tel:{_digits(entry.phone)}", entry.organiser)
    if entry.guest:
        guest = _address(f"mailto:{entry.email}" if entry.email else "urn:x-by-post", entry.guest)
        guest.params["rsvp"] = vText("TRUE")
        guest.params["partstat"] = vText("NEEDS-ACTION")
        event.add("attendee", guest, encode=False)
    diary.add_component(event)
    return bytes(diary.to_ical())


def listed(names: Sequence[str]) -> str:
    """Names, a line each."""
    return "\n".join(names)


def _address(uri: str, name: str) -> vCalAddress:
    address = vCalAddress(uri)
    address.params["cn"] = vText(name)
    return address


def _digits(phone: str) -> str:
    return "".join(sign for sign in phone if sign.isdigit() or sign == "+")
