"""The records behind a case: schools, calendars, registers, people, meetings, plans, outcomes."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[object]:
    return Column("id", Uuid, primary_key=True)


def _moment(name: str, *, nullable: bool = True) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


school = Table(
    "school",
    metadata,
    _id(),
    Column("urn", String, nullable=False, unique=True),
    Column("laestab", String, nullable=False),
    Column("name", String, nullable=False),
    Column("phone", String, nullable=False),
    Column("address", JSONB, nullable=False),  # list of lines, the postcode last
)

# Never changed: a new version is a new row.
calendar = Table(
    "calendar",
    metadata,
    _id(),
    Column("school_id", Uuid, ForeignKey("school.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("content", JSONB, nullable=False),  # terms, inset, closures, proclaimed
    _moment("created_at", nullable=False),
    UniqueConstraint("school_id", "version"),
)

pupil = Table(
    "pupil",
    metadata,
    _id(),
    Column("school_id", Uuid, ForeignKey("school.id"), nullable=False),
    Column("upn", String, nullable=False),
    Column("admission_number", String, nullable=False, server_default=""),
    Column("surname", String, nullable=False, server_default=""),
    Column("forename", String, nullable=False, server_default=""),
    Column("born", Date),
    Column("year", String, nullable=False, server_default=""),
    Column("registration_group", String, nullable=False, server_default=""),
    UniqueConstraint("school_id", "upn"),
)

register_import = Table(
    "register_import",
    metadata,
    _id(),
    Column("school_id", Uuid, ForeignKey("school.id"), nullable=False),
    Column("filename", String, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("marks_new", Integer, nullable=False),
    Column("marks_changed", Integer, nullable=False),
    Column("quarantined", JSONB, nullable=False),  # [{"row", "reason"}]
    Column("gaps", JSONB, nullable=False),  # [row]
    Column("conflicts", JSONB, nullable=False),  # [{"row", "superseded_by"}]
    Column("last_day", Date),  # the last day with a mark
    Column("imported_by", String, nullable=False),
    _moment("imported_at", nullable=False),
)

mark = Table(
    "mark",
    metadata,
    Column("pupil_id", Uuid, ForeignKey("pupil.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("am", String(2)),
    Column("pm", String(2)),
)

mark_change = Table(
    "mark_change",
    metadata,
    _id(),
    Column("pupil_id", Uuid, ForeignKey("pupil.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("session", String(2), nullable=False),
    Column("was", String(2)),
    Column("became", String(2)),
    Column("import_id", Uuid, ForeignKey("register_import.id"), nullable=False),
    _moment("at", nullable=False),
    Index("ix_mark_change_pupil", "pupil_id", "day"),
)

adult = Table(
    "adult",
    metadata,
    _id(),
    Column("school_id", Uuid, ForeignKey("school.id"), nullable=False),
    Column("school_ref", String, nullable=False),  # the school's own id of this person
    Column("title", String, nullable=False, server_default=""),
    Column("forename", String, nullable=False, server_default=""),
    Column("surname", String, nullable=False),
    Column("email", String, nullable=False, server_default=""),
    Column("email_consent", Boolean, nullable=False, server_default="false"),
    Column("phone", String, nullable=False, server_default=""),
    UniqueConstraint("school_id", "school_ref"),
)

# Dated; the one with the latest `valid_from` counts. Never shared between adults.
address = Table(
    "address",
    metadata,
    _id(),
    Column("adult_id", Uuid, ForeignKey("adult.id"), nullable=False),
    Column("lines", JSONB, nullable=False),
    Column("postcode", String, nullable=False, server_default=""),
    Column("country", String, nullable=False, server_default="United Kingdom"),
    Column("confidential", Boolean, nullable=False, server_default="false"),
    Column("valid_from", Date, nullable=False),
    Column("verified_on", Date),
    Column("verified_by", String),
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
    Column("since", Date),
    Column("until", Date),
    CheckConstraint("basis IN ('biological', 'parental_responsibility', 'care', 'none')", name="basis"),
    CheckConstraint("lives_with IN ('none', 'part', 'full')", name="lives_with"),
)

# Figures as they stood when something was decided on them. Never changed.
snapshot = Table(
    "snapshot",
    metadata,
    _id(),
    Column("case_id", Uuid, nullable=False),
    Column("what", String, nullable=False),  # opening, register_changed
    Column("as_at", Date, nullable=False),
    Column("figures", JSONB, nullable=False),  # the pupil's row of `register check`, window_weeks, sessions relied on
    Column("calendar_version", Integer, nullable=False),
    _moment("taken_at", nullable=False),
    Index("ix_snapshot_case", "case_id"),
)

meeting = Table(
    "meeting",
    metadata,
    _id(),
    Column("case_id", Uuid, nullable=False),
    Column("kind", String, nullable=False),  # panel, review
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("place", String, nullable=False),
    Column("attendees", JSONB, nullable=False),  # [{"name", "role"}]
    Column("postage", String, nullable=False),  # first, second
    Column("state", String, nullable=False),  # arranged, rearranged, not_held, held
    Column("replaces", Uuid),
    Column("reason", Text, nullable=False, server_default=""),  # why it replaces, or why late
    Column("minutes", JSONB),
    _moment("arranged_at", nullable=False),
    CheckConstraint("kind IN ('panel', 'review')", name="kind"),
    CheckConstraint("state IN ('arranged', 'rearranged', 'not_held', 'held')", name="state"),
    Index("ix_meeting_case", "case_id"),
)

# One letter of invitation to one parent; served again = another row, the older one superseded.
invitation = Table(
    "invitation",
    metadata,
    _id(),
    Column("meeting_id", Uuid, ForeignKey("meeting.id"), nullable=False),
    Column("adult_id", Uuid, ForeignKey("adult.id"), nullable=False),
    Column("delivery_id", Uuid, nullable=False),
    Column("serving", Integer, nullable=False),  # 1, 2 …
    Column("posted_on", Date),
    Column("postage", String),
    Column("proof", String, nullable=False, server_default=""),
    Column("received_on", Date),  # deemed
    _moment("failed_at"),
    Column("failure", Text, nullable=False, server_default=""),
    _moment("cancelled_at"),
    UniqueConstraint("meeting_id", "adult_id", "serving"),
)

reply = Table(
    "reply",
    metadata,
    _id(),
    Column("meeting_id", Uuid, ForeignKey("meeting.id"), nullable=False),
    Column("adult_id", Uuid, ForeignKey("adult.id"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("reasonable", Boolean),  # NULL: not decided yet
    Column("decision_reason", Text, nullable=False, server_default=""),
    Column("decided_by", String),
    _moment("decided_at"),
)

attendance_at_meeting = Table(
    "attendance_at_meeting",
    metadata,
    Column("meeting_id", Uuid, ForeignKey("meeting.id"), primary_key=True),
    Column("adult_id", Uuid, ForeignKey("adult.id"), primary_key=True),
    Column("attended", Boolean, nullable=False),
    Column("signed", String, nullable=False),  # signed, refused, remote, absent
    Column("handed_over", Boolean, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
)

plan = Table(
    "plan",
    metadata,
    _id(),
    Column("case_id", Uuid, nullable=False),
    Column("kind", String, nullable=False),  # panel, step_down
    Column("target_sessions", Integer),  # at most so many unauthorised sessions in the period
    Column("period_from", Date),
    Column("period_to", Date),
    Column("review_on", Date),
    Column("actions", JSONB, nullable=False),  # [{"barrier", "action", "who", "by"}]
    Column("owner", String, nullable=False, server_default=""),
    _moment("agreed_at", nullable=False),
    CheckConstraint("kind IN ('panel', 'step_down')", name="kind"),
    Index("ix_plan_case", "case_id"),
)

outcome = Table(
    "outcome",
    metadata,
    _id(),
    Column("case_id", Uuid, nullable=False),
    Column("stage", String, nullable=False),  # review, internal_review
    Column("code", String, nullable=False),  # O1 O2 O3 O4; closed, refer
    Column("decided_on", Date, nullable=False),
    Column("advice", String, nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    Column("figures", JSONB, nullable=False),
    Column("internal_review_on", Date),
    Column("details", JSONB, nullable=False),
    Column("decided_by", String, nullable=False),
    _moment("recorded_at", nullable=False),
    CheckConstraint("stage IN ('review', 'internal_review')", name="stage"),
    Index("ix_outcome_case", "case_id"),
)

application = Table(
    "application",
    metadata,
    _id(),
    Column("case_id", Uuid, nullable=False),
    Column("submission", Integer, nullable=False),  # 1, 2 … after each return
    Column("submitted_on", Date),
    Column("receipt", String, nullable=False, server_default=""),
    Column("decision", String),  # returned, declined, other_measure, proceedings
    Column("decision_reason", Text, nullable=False, server_default=""),
    Column("decided_on", Date),
    UniqueConstraint("case_id", "submission"),
)
