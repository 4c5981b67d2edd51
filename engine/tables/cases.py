"""Cases, their tokens, tasks and answers, and what happened to them."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from engine.tables.columns import identity, metadata, moment

case = Table(
    "case",
    metadata,
    identity(),
    Column("reference", String, nullable=False, unique=True),
    Column("process", String, nullable=False),
    Column("version_id", Uuid, ForeignKey("process_version.id"), nullable=False),
    Column("owner_id", Uuid, nullable=False),  # opaque to the engine: the school
    Column("subject_id", Uuid, nullable=False),  # opaque to the engine: the pupil
    Column("revision", Integer, nullable=False),  # grows with every change; the ETag
    Column("stage", String, nullable=False, server_default=""),
    Column("result", String),
    Column("opened_by", String, nullable=False),
    moment("opened_at", nullable=False),
    moment("closed_at"),
    Column("follows", Uuid, ForeignKey("case.id")),  # the closed case that this one takes up again
    Index("ix_case_follows", "follows", postgresql_where=text("follows IS NOT NULL")),
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
    # Written with every step: up to a page it is neither compressed nor stored apart.
    postgresql_with={"toast_tuple_target": 8160, "fillfactor": 70},
)


case_number = Table(
    "case_number",
    metadata,
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
)


task = Table(
    "task",
    metadata,
    identity(),
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
    moment("due_at"),
    # Where it stands in lists: what has no due date comes last.
    Column(
        "sorts_at",
        DateTime(timezone=True),
        Computed("COALESCE(due_at, '9999-12-31 00:00:00+00'::timestamp with time zone)", persisted=True),
    ),
    moment("created_at", nullable=False),
    moment("ended_at"),
    Column("ended_by", String),
    CheckConstraint("state IN ('open', 'done', 'withdrawn')", name="state"),
    # Pages of lists: of one owner, and of somebody who sees many.
    Index("ix_task_open", "owner_id", "sorts_at", "id", postgresql_where=text("state = 'open'")),
    Index("ix_task_first", "sorts_at", "id", postgresql_where=text("state = 'open'")),
    Index("ix_task_assignee", "assignee", "sorts_at", "id", postgresql_where=text("state = 'open'")),
    Index("ix_task_groups", "groups", postgresql_using="gin", postgresql_where=text("state = 'open'")),
    UniqueConstraint("case_id", "token"),
)


answer = Table(
    "answer",
    metadata,
    identity(),
    Column("case_id", Uuid, ForeignKey("case.id"), nullable=False),
    Column("task_id", Uuid),
    Column("element", String, nullable=False),
    Column("path", String, nullable=False),
    Column("visit", Integer, nullable=False),
    Column("item", String, nullable=False, server_default=""),
    Column("version", Integer, nullable=False),
    Column("answers", JSONB, nullable=False),
    Column("actor", String, nullable=False),
    moment("at", nullable=False),
    UniqueConstraint("case_id", "path", "visit", "item", "version"),
)


history = Table(
    "history",
    metadata,
    identity(),
    Column("case_id", Uuid, ForeignKey("case.id"), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("what", String, nullable=False),
    Column("element", String, nullable=False, server_default=""),
    Column("path", String, nullable=False, server_default=""),
    Column("visit", Integer, nullable=False, server_default="0"),
    Column("item", String, nullable=False, server_default=""),
    Column("facts", JSONB, nullable=False),
    Column("actor", String, nullable=False),
    moment("at", nullable=False),
    UniqueConstraint("case_id", "sequence"),
)
