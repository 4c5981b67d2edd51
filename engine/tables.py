"""The engine's tables: versions, cases and what people query of them."""

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
    func,
    text,
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


# The only row says whether this database belongs to a demo, and where its movable clock stands.
clock = Table(
    "clock",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one"), primary_key=True),
    Column("demo", Boolean, nullable=False),
    Column("offset_seconds", Integer, nullable=False, server_default="0"),
)

process_version = Table(
    "process_version",
    metadata,
    _id(),
    Column("process", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("published_by", String, nullable=False),
    _moment("published_at", nullable=False),
    Column("contracts", JSONB, nullable=False),  # name -> input schema of each handler and fact the bundle uses
    UniqueConstraint("process", "number"),
)

process_file = Table(
    "process_file",
    metadata,
    Column("version_id", Uuid, ForeignKey("process_version.id"), primary_key=True),
    Column("path", String, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

case = Table(
    "case",
    metadata,
    _id(),
    Column("reference", String, nullable=False, unique=True),
    Column("process", String, nullable=False),
    Column("version_id", Uuid, ForeignKey("process_version.id"), nullable=False),
    Column("owner_id", Uuid, nullable=False),  # opaque to the engine: the school
    Column("subject_id", Uuid, nullable=False),  # opaque to the engine: the pupil
    Column("revision", Integer, nullable=False),  # grows with every change; the ETag
    Column("stage", String, nullable=False, server_default=""),
    Column("result", String),
    Column("opened_by", String, nullable=False),
    _moment("opened_at", nullable=False),
    _moment("closed_at"),
    Index("ix_case_owner", "owner_id", "closed_at"),
    Index("uq_case_open_subject", "process", "subject_id", unique=True, postgresql_where=text("closed_at IS NULL")),
)

# Kept apart from the case, so that lists never touch it. TEXT, because JSONB reorders keys.
case_state = Table(
    "case_state",
    metadata,
    Column("case_id", Uuid, ForeignKey("case.id"), primary_key=True),
    Column("format", Integer, nullable=False),
    Column("checksum", String(64), nullable=False),
    Column("state", Text, nullable=False),
    Column("visits", Text, nullable=False),  # call path -> how often it was entered
)

case_number = Table(
    "case_number",
    metadata,
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
)

answer = Table(
    "answer",
    metadata,
    _id(),
    Column("case_id", Uuid, ForeignKey("case.id"), nullable=False),
    Column("task_id", Uuid),
    Column("element", String, nullable=False),
    Column("path", String, nullable=False),
    Column("visit", Integer, nullable=False),
    Column("item", String, nullable=False, server_default=""),
    Column("version", Integer, nullable=False),
    Column("answers", JSONB, nullable=False),
    Column("actor", String, nullable=False),
    _moment("at", nullable=False),
    UniqueConstraint("case_id", "path", "visit", "item", "version"),
)

task = Table(
    "task",
    metadata,
    _id(),
    Column("case_id", Uuid, ForeignKey("case.id"), nullable=False),
    Column("owner_id", Uuid, nullable=False),
    Column("token", Uuid, nullable=False),  # SpiffWorkflow's task id
    Column("element", String, nullable=False),
    Column("path", String, nullable=False),
    Column("visit", Integer, nullable=False),
    Column("item", String, nullable=False, server_default=""),
    Column("name", String, nullable=False),
    Column("form", String, nullable=False),
    Column("groups", JSONB, nullable=False),  # roles that may do it
    Column("state", String, nullable=False),  # open, done, withdrawn
    Column("assignee", String),
    Column("draft", JSONB),
    Column("revision", Integer, nullable=False, server_default="1"),
    _moment("due_at"),
    _moment("created_at", nullable=False),
    _moment("ended_at"),
    Column("ended_by", String),
    CheckConstraint("state IN ('open', 'done', 'withdrawn')", name="state"),
    Index("ix_task_open", "owner_id", "due_at", postgresql_where=text("state = 'open'")),
    Index("ix_task_case", "case_id"),
    UniqueConstraint("case_id", "token"),
)

timer = Table(
    "timer",
    metadata,
    _id(),
    Column("case_id", Uuid, ForeignKey("case.id"), nullable=False),
    Column("owner_id", Uuid, nullable=False),
    Column("token", Uuid, nullable=False),
    Column("element", String, nullable=False),
    Column("path", String, nullable=False),
    Column("visit", Integer, nullable=False),
    Column("name", String, nullable=False),
    Column("kind", String, nullable=False),  # wait or deadline
    Column("task_id", Uuid),  # a user task's due date: the deadline is the task's
    Column("met_by_element", String),  # the step whose completion meets this deadline
    _moment("due_at", nullable=False),
    Column("expression", String, nullable=False),
    Column("derivation", JSONB, nullable=False),
    Column("calendar_version", String, nullable=False, server_default=""),
    _moment("created_at", nullable=False),
    _moment("fired_at"),
    Column("met_on", Date),
    Column("met_by", String),
    _moment("raised_at"),  # when it was brought before a supervisor
    Column("attempts", Integer, nullable=False, server_default="0"),
    _moment("lease_until"),
    _moment("ended_at"),  # what it guarded is over
    CheckConstraint("kind IN ('wait', 'deadline')", name="kind"),
    Index("ix_timer_due", "due_at", postgresql_where=text("fired_at IS NULL AND ended_at IS NULL AND task_id IS NULL")),
    Index("ix_timer_open", "owner_id", "due_at", postgresql_where=text("met_on IS NULL AND ended_at IS NULL")),
    Index("ix_timer_case", "case_id"),
    UniqueConstraint("case_id", "token"),
)

# What a case waits to hear.
listener = Table(
    "listener",
    metadata,
    Column("case_id", Uuid, ForeignKey("case.id"), primary_key=True),
    Column("token", Uuid, primary_key=True),
    Column("element", String, nullable=False),
    Column("path", String, nullable=False),
    Column("message", String, nullable=False),
    Column("key", String, nullable=False, server_default=""),
    Column("form", String, nullable=False, server_default=""),
    Column("groups", JSONB, nullable=False),
    _moment("created_at", nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    _id(),
    Column("case_id", Uuid, ForeignKey("case.id"), nullable=False),
    Column("message", String, nullable=False),
    Column("key", String, nullable=False, server_default=""),
    Column("merge", String),  # at most one waiting row per case and merge word; NULL is never merged
    Column("answers", JSONB, nullable=False),
    Column("routing", JSONB, nullable=False),
    Column("actor", String, nullable=False),
    _moment("received_at", nullable=False),
    _moment("heard_at"),
    _moment("left_at"),  # nobody will hear it any more: it stands before a person
    Index("ix_inbox_waiting", "case_id", postgresql_where=text("heard_at IS NULL AND left_at IS NULL")),
    Index(
        "uq_inbox_merge",
        "case_id",
        "merge",
        unique=True,
        postgresql_where=text("heard_at IS NULL AND left_at IS NULL AND merge IS NOT NULL"),
    ),
)

history = Table(
    "history",
    metadata,
    _id(),
    Column("case_id", Uuid, ForeignKey("case.id"), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("what", String, nullable=False),
    Column("element", String, nullable=False, server_default=""),
    Column("path", String, nullable=False, server_default=""),
    Column("visit", Integer, nullable=False, server_default="0"),
    Column("item", String, nullable=False, server_default=""),
    Column("facts", JSONB, nullable=False),
    Column("actor", String, nullable=False),
    _moment("at", nullable=False),
    UniqueConstraint("case_id", "sequence"),
)

document = Table(
    "document",
    metadata,
    _id(),
    Column("case_id", Uuid, ForeignKey("case.id"), nullable=False),
    Column("owner_id", Uuid, nullable=False),
    Column("kind", String, nullable=False),  # the letter's code
    Column("title", String, nullable=False),
    Column("recipient", String, nullable=False),
    Column("media_type", String, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
    _moment("created_at", nullable=False),
    Index("ix_document_case", "case_id"),
)

delivery = Table(
    "delivery",
    metadata,
    _id(),
    Column("case_id", Uuid, ForeignKey("case.id"), nullable=False),
    Column("owner_id", Uuid, nullable=False),
    Column("key", String, nullable=False, unique=True),
    Column("letter", String, nullable=False),
    Column("recipient", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("document_id", Uuid, ForeignKey("document.id"), nullable=False),
    Column("fields", JSONB, nullable=False),  # what the letter was made from
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    _moment("lease_until"),
    _moment("next_at", nullable=False),
    Column("problem", Text),
    _moment("created_at", nullable=False),
    _moment("sent_at"),
    _moment("cancelled_at"),
    _moment("recalled_at"),  # the channel was told that a letter it had already is not to go out
    CheckConstraint("state IN ('queued', 'sending', 'sent', 'failed', 'in_doubt', 'cancelled')", name="state"),
    Index(
        "ix_delivery_due",
        "next_at",
        postgresql_where=text("state IN ('queued', 'sending') OR (state = 'cancelled' AND recalled_at IS NULL)"),
    ),
    Index("ix_delivery_case", "case_id"),
)

incident = Table(
    "incident",
    metadata,
    _id(),
    Column("case_id", Uuid),  # not a foreign key: opening a case can fail too
    Column("owner_id", Uuid),
    Column("command", String, nullable=False),
    Column("arguments", JSONB, nullable=False),
    Column("actor", String, nullable=False),
    Column("element", String, nullable=False, server_default=""),
    Column("problem", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    _moment("first_at", nullable=False),
    _moment("last_at", nullable=False),
    _moment("resolved_at"),
    Column("resolved_by", String),
    Index("ix_incident_open", "case_id", postgresql_where=text("resolved_at IS NULL")),
)

person = Table(
    "person",
    metadata,
    _id(),
    Column("name", String, nullable=False),
    Column("email", String, nullable=False, unique=True),
    Column("active", Boolean, nullable=False, server_default="true"),
    _moment("created_at", nullable=False),
)

membership = Table(
    "membership",
    metadata,
    Column("person_id", Uuid, ForeignKey("person.id"), primary_key=True),
    Column("owner_id", Uuid, primary_key=True),
    Column("role", String, primary_key=True),
)

token = Table(
    "token",
    metadata,
    _id(),
    Column("person_id", Uuid, ForeignKey("person.id"), nullable=False),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("name", String, nullable=False),
    _moment("created_at", nullable=False),
    _moment("expires_at"),
    _moment("revoked_at"),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("key", String, primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

# One row per thing that must happen once in the whole system.
last_run = Table(
    "last_run",
    metadata,
    Column("name", String, primary_key=True),
    _moment("at", nullable=False),
)
