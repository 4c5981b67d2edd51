"""Adults, where they live, and whose parents they are."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from attendance.countries import HOME_COUNTRY
from attendance.tables.columns import identity, metadata, moment

adult = Table(
    "adult",
    metadata,
    identity(),
    Column("school_id", Uuid, ForeignKey("school.id"), nullable=False),
    Column("school_ref", String, nullable=False),  # the school's own id of this person
    Column("title", String, nullable=False, server_default=""),
    Column("forename", String, nullable=False, server_default=""),
    Column("surname", String, nullable=False),
    Column("email", String, nullable=False, server_default=""),
    Column("email_consent", Boolean, nullable=False, server_default="false"),
    Column("phone", String, nullable=False, server_default=""),
    # What holds until there is an address, which then says so itself.
    Column("address_confidential", Boolean, nullable=False, server_default="false"),
    UniqueConstraint("school_id", "school_ref"),
)

# Dated; the one with the latest `valid_from` counts. Never shared between adults.
address = Table(
    "address",
    metadata,
    identity(),
    Column("adult_id", Uuid, ForeignKey("adult.id"), nullable=False),
    Column("lines", JSONB, nullable=False),
    Column("postcode", String, nullable=False, server_default=""),
    Column("country", String, nullable=False, server_default=HOME_COUNTRY),
    Column("confidential", Boolean, nullable=False, server_default="false"),
    Column("valid_from", Date, nullable=False),
    Column("verified_on", Date),
    Column("verified_by", String),
    Column("verified_how", String, nullable=False, server_default=""),
    UniqueConstraint("adult_id", "valid_from"),
)

# Who is a parent of whom: Education Act 1996 section 576. On the link, not on the person.
parenthood = Table(
    "parenthood",
    metadata,
    Column("pupil_id", Uuid, ForeignKey("pupil.id"), primary_key=True),
    Column("adult_id", Uuid, ForeignKey("adult.id"), primary_key=True),
    Column("relationship", String, nullable=False, server_default=""),
    Column("basis", String, nullable=False),  # biological, parental_responsibility, care, none (not a parent)
    Column("lives_with", String, nullable=False, server_default="none"),  # none, part, full
    Column("evidence", String, nullable=False, server_default=""),  # how the school knows of the basis
    Column("since", Date),
    Column("until", Date),
    Column("restriction", Text, nullable=False, server_default=""),  # what a court has ordered
    Column("may_correspond", Boolean, nullable=False, server_default="true"),
    Column("language", String, nullable=False, server_default=""),  # that letters and meetings need; "" English
    Column("format_needs", String, nullable=False, server_default=""),  # large print, Braille, read aloud …
    CheckConstraint("basis IN ('biological', 'parental_responsibility', 'care', 'none')", name="basis"),
    CheckConstraint("lives_with IN ('none', 'part', 'full')", name="lives_with"),
)

# What was said to and by whom outside meetings and letters. Never changed; a correction is another row.
contact = Table(
    "contact",
    metadata,
    identity(),
    Column("case_id", Uuid, nullable=False),
    Column("kind", String, nullable=False),  # call, visit, message, conversation, duty_line
    moment("happened_at", nullable=False),
    Column("adult_id", Uuid, ForeignKey("adult.id")),  # the parent, where it was with one
    Column("with_whom", String, nullable=False, server_default=""),  # anybody else, such as the duty line's officer
    Column("reached", Boolean, nullable=False),
    Column("said", Text, nullable=False),
    Column("replaces", Uuid, ForeignKey("contact.id")),
    Column("recorded_by", String, nullable=False),
    moment("recorded_at", nullable=False),
    CheckConstraint("kind IN ('call', 'visit', 'message', 'conversation', 'duty_line')", name="kind"),
    Index("ix_contact_case", "case_id"),
)
