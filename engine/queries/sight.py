"""How far somebody sees: every case of an owner, or those alone in which a task was for their roles."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.dialects.postgresql import array

from engine.people import EVERYBODY
from engine.tables import case, task

Column = ColumnElement[Any]


@dataclass(frozen=True)
class Sight:
    """Owners of which somebody sees everything, and others of which they see what a task of these roles is about."""

    everything: frozenset[UUID]
    by_task: Mapping[UUID, frozenset[str]]

    def of_case(self, case_id: Column, *, owner: Column) -> ColumnElement[bool]:
        """Whether a case is seen: a task for them is open in it, or was."""
        return or_(
            owner.in_(self.everything),
            *[
                and_(owner == owner_id, exists().where(task.c.case_id == case_id, _is_for(roles)))
                for owner_id, roles in self.by_task.items()
            ],
        )

    def of_subject(self, subject_id: Column, *, owner: Column) -> ColumnElement[bool]:
        """Whether somebody is seen whom cases are about: one of these cases is."""
        return or_(
            owner.in_(self.everything),
            *[
                and_(
                    owner == owner_id,
                    exists().where(
                        case.c.subject_id == subject_id,
                        case.c.owner_id == owner_id,
                        task.c.case_id == case.c.id,
                        _is_for(roles),
                    ),
                )
                for owner_id, roles in self.by_task.items()
            ],
        )


def _is_for(roles: frozenset[str]) -> ColumnElement[bool]:
    found: ColumnElement[bool] = task.c.groups.has_any(array(sorted({*roles, EVERYBODY})))
    return found
