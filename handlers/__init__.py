"""Every name that a diagram may use, from modules listed by hand."""

from engine.registry import Registry
from handlers import (
    calendar_facts,
    cases,
    deadlines,
    letters,
    limitation,
    meeting_facts,
    meetings,
    notices,
    outcome_facts,
    outcomes,
    parents,
    plans,
    posting,
    reconsider,
    referrals,
    register,
    replies,
    support,
)

REGISTRY = Registry.of(
    calendar_facts,
    cases,
    deadlines,
    letters,
    limitation,
    meeting_facts,
    meetings,
    notices,
    outcome_facts,
    outcomes,
    parents,
    plans,
    posting,
    reconsider,
    referrals,
    register,
    replies,
    support,
)
