"""Who may do what: each action of the API and the pages, and the roles that may. What is not named here is denied."""

from engine.people import ANY_MEMBER, Rules

ATTENDANCE_LEAD = "attendance_lead"
HEAD_TEACHER = "head_teacher"
PANEL_CHAIR = "panel_chair"
POST_ROOM = "post_room"
AUTHORITY_OFFICER = "authority_officer"
SUPERVISOR = "supervisor"
PROCESS_OWNER = "process_owner"
MACHINE = "machine"

ROLES = frozenset(
    {
        ATTENDANCE_LEAD,
        HEAD_TEACHER,
        PANEL_CHAIR,
        POST_ROOM,
        AUTHORITY_OFFICER,
        SUPERVISOR,
        PROCESS_OWNER,
        MACHINE,
    }
)

_CASEWORKERS = frozenset({ATTENDANCE_LEAD, HEAD_TEACHER, PANEL_CHAIR, AUTHORITY_OFFICER, SUPERVISOR})
_KEEPS_RECORDS = frozenset({ATTENDANCE_LEAD, MACHINE})

RULES: Rules = {
    "self.read": ANY_MEMBER,
    "problem.read": ANY_MEMBER,
    "person.read": frozenset({ATTENDANCE_LEAD, HEAD_TEACHER, SUPERVISOR}),
    # The school and what it tells us.
    "school.read": ANY_MEMBER,
    "calendar.save": frozenset({ATTENDANCE_LEAD, MACHINE}),
    "calendar.draft": frozenset({ATTENDANCE_LEAD, MACHINE}),
    "calendar.read": frozenset({ATTENDANCE_LEAD, HEAD_TEACHER, SUPERVISOR}),
    "calendar.approve": frozenset({ATTENDANCE_LEAD, HEAD_TEACHER, SUPERVISOR}),
    # In every school of the installation at once.
    "bank_holiday.proclaim": frozenset({SUPERVISOR}),
    "register.import": _KEEPS_RECORDS,
    "register.read": _KEEPS_RECORDS | {HEAD_TEACHER, SUPERVISOR},
    "marks.read": ANY_MEMBER,
    "route.read": _CASEWORKERS,
    "notice.import": _KEEPS_RECORDS | {AUTHORITY_OFFICER},
    "notice.read": frozenset({ATTENDANCE_LEAD, HEAD_TEACHER, SUPERVISOR, AUTHORITY_OFFICER}),
    "adult.import": _KEEPS_RECORDS,
    "work.read": _KEEPS_RECORDS | {SUPERVISOR},
    "work.cancel": _KEEPS_RECORDS,
    "pupil.read": _CASEWORKERS,
    "adult.read": frozenset({ATTENDANCE_LEAD, HEAD_TEACHER, SUPERVISOR}),
    # A safe address is shown to those alone who check addresses before letters go out (domain.md 7).
    "adult.read_confidential": frozenset({ATTENDANCE_LEAD}),
    # The post room prints every letter and puts it into its envelope: it cannot do without the address.
    "document.read_confidential": frozenset({ATTENDANCE_LEAD, POST_ROOM}),
    # Cases.
    "case.open": frozenset({ATTENDANCE_LEAD}),
    "case.read": _CASEWORKERS,
    # The others read of the cases and pupils that a task of theirs is about: a governor no more than the panel needs,
    # the authority nothing before it is asked (domain.md 7).
    "case.read_all": frozenset({ATTENDANCE_LEAD, HEAD_TEACHER, SUPERVISOR}),
    "case.cancel": frozenset({SUPERVISOR}),
    "contact.log": _CASEWORKERS,
    "contact.read": frozenset({ATTENDANCE_LEAD, HEAD_TEACHER, SUPERVISOR}),
    "answer.read": frozenset({ATTENDANCE_LEAD, HEAD_TEACHER, SUPERVISOR}),
    # Which report, and by whom, is up to the diagram: the groups of the event that hears it.
    "report.make": ANY_MEMBER,
    # Whose task, is up to the diagram: the groups of the task.
    "task.read": ANY_MEMBER,
    "task.claim": ANY_MEMBER,
    "task.complete": ANY_MEMBER,
    "task.correct": ANY_MEMBER,
    "task.read_all": frozenset({SUPERVISOR}),
    "task.assign": frozenset({SUPERVISOR}),
    "task.add": _CASEWORKERS,
    "timer.read": _CASEWORKERS,
    # Which timer, and what may be done to it, is up to the diagram: its properties `byHand`.
    "timer.change": frozenset({SUPERVISOR}),
    "incident.read": frozenset({SUPERVISOR}),
    "incident.retry": frozenset({SUPERVISOR}),
    "delivery.read": frozenset({ATTENDANCE_LEAD, HEAD_TEACHER, POST_ROOM, SUPERVISOR}),
    "delivery.prove": frozenset({ATTENDANCE_LEAD, POST_ROOM}),
    "delivery.settle": frozenset({ATTENDANCE_LEAD, POST_ROOM, SUPERVISOR}),
    "document.read": frozenset({ATTENDANCE_LEAD, HEAD_TEACHER, POST_ROOM, SUPERVISOR}),
    # Packs go to the authority; before that the school looks at them. They bear the address of whom they are about.
    "pack.read": frozenset({ATTENDANCE_LEAD, HEAD_TEACHER, AUTHORITY_OFFICER, SUPERVISOR}),
    "pack.read_confidential": frozenset({ATTENDANCE_LEAD, AUTHORITY_OFFICER}),
    # The process and the clock hold nothing about anybody.
    "process.read": ANY_MEMBER,
    "clock.read": ANY_MEMBER,
    "clock.move": frozenset({ATTENDANCE_LEAD, HEAD_TEACHER, SUPERVISOR, PROCESS_OWNER}),
}
