"""What can be asked of the authority, prosecution and its alternatives, each with its conditions (domain.md 6.3)."""

from dataclasses import dataclass

from attendance.penalty_notices import MOST_NOTICES
from attendance.routes import NOTICE_SESSIONS

TITLES = {
    "penalty_notice": "Penalty notice",
    "notice_to_improve": "Notice to Improve",
    "attendance_contract": "Attendance contract",
    "supervision_order": "Education supervision order",
    "prosecution": "Prosecution",
}


@dataclass(frozen=True)
class Condition:
    """One condition of a measure. None: only a person can say."""

    words: str
    is_met: bool | None
    rule: str


@dataclass(frozen=True)
class Measure:
    """One way, and whether each of its conditions is met for a parent."""

    name: str
    conditions: tuple[Condition, ...]

    @property
    def title(self) -> str:
        """What people call it."""
        return TITLES[self.name]

    @property
    def is_open(self) -> bool:
        """Whether no condition fails."""
        return all(each.is_met is not False for each in self.conditions)


@dataclass(frozen=True)
class Standing:
    """How a case stands for one parent. sessions_for_notice: unauthorised in ten school weeks, not in a notice yet."""

    sessions_for_notice: int
    notices_in_three_years: int
    has_attended: bool
    contract: str  # signed, refused, absent, not_offered, or "" where nothing is on record
    sessions_in_time: int
    sessions_needed: int
    all_notices_served: bool  # this parent's own invitations to panel and review
    is_support_considered: bool
    is_order_considered: bool
    are_defences_considered: bool
    is_of_age: bool


def measures(standing: Standing) -> tuple[Measure, ...]:
    """Every measure with its conditions, side by side."""
    enough = Condition(
        f"{standing.sessions_for_notice} unauthorised sessions in ten school weeks, {NOTICE_SESSIONS} are needed",
        standing.sessions_for_notice >= NOTICE_SESSIONS,
        "6.3",
    )
    support = Condition("Support was considered in every area, with evidence", standing.is_support_considered, "R001")
    return (
        Measure(
            "penalty_notice",
            (
                enough,
                Condition(
                    f"{standing.notices_in_three_years} notices to this parent in three years, fewer than "
                    f"{MOST_NOTICES} are allowed",
                    standing.notices_in_three_years < MOST_NOTICES,
                    "6.3",
                ),
                support,
            ),
        ),
        Measure(
            "notice_to_improve", (enough, Condition("Support is still appropriate: a person decides", None, "6.3"))
        ),
        Measure(
            "attendance_contract",
            (
                Condition(
                    "This parent came to a meeting, where a contract can be agreed", standing.has_attended, "R004"
                ),
                Condition("This parent has not refused a contract", standing.contract != "refused", "R004"),
                Condition("No contract has been signed yet", standing.contract != "signed", "R004"),
            ),
        ),
        Measure(
            "supervision_order",
            (
                Condition("The child is of compulsory school age", standing.is_of_age, "6.3"),
                Condition("A family court would find the child not properly educated: a person decides", None, "6.3"),
            ),
        ),
        Measure(
            "prosecution",
            (
                Condition(
                    f"{standing.sessions_in_time} sessions can still be charged and are in no penalty notice, "
                    f"{standing.sessions_needed} are needed",
                    standing.sessions_in_time >= standing.sessions_needed,
                    "R079",
                ),
                Condition(
                    "Each letter of invitation was served on this parent alone", standing.all_notices_served, "R030"
                ),
                support,
                Condition("The statutory defences were considered", standing.are_defences_considered, "R046"),
                Condition("An education supervision order was considered", standing.is_order_considered, "6.3"),
            ),
        ),
    )
