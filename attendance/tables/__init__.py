"""The records behind a case, by the names of their tables."""

from attendance.tables.columns import metadata
from attendance.tables.decisions import application, outcome, plan, snapshot, watch
from attendance.tables.meetings import attendance_at_meeting, invitation, meeting, posting, reply
from attendance.tables.penalty_notices import penalty_notice, penalty_notice_session
from attendance.tables.people import address, adult, contact, parenthood
from attendance.tables.registers import (
    mark,
    mark_change,
    pupil,
    register_file,
    register_file_part,
    register_import,
    register_mapping,
    register_row,
)
from attendance.tables.schools import calendar, calendar_draft, proclamation, school

__all__ = [
    "address",
    "adult",
    "application",
    "attendance_at_meeting",
    "calendar",
    "calendar_draft",
    "contact",
    "invitation",
    "mark",
    "mark_change",
    "meeting",
    "metadata",
    "outcome",
    "parenthood",
    "penalty_notice",
    "penalty_notice_session",
    "plan",
    "posting",
    "proclamation",
    "pupil",
    "register_file",
    "register_file_part",
    "register_import",
    "register_mapping",
    "register_row",
    "reply",
    "school",
    "snapshot",
    "watch",
]
