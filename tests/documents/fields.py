"""The fields of an invented case, one recipient."""

FRAME: dict[str, object] = {
    "school_name": "Saltmarsh High School",
    "school_address": ["Marsh Lane", "Saltmarsh", "Norfolk", "NR99 1AA"],
    "school_phone": "01603 000000",
    "letter_date": "2026-11-27",
    "case_reference": "FT-2026-00042",
    "addressee_name": "Mrs Ada Okafor",
    "addressee_address": ["Flat 2", "14 Windmill Road", "Saltmarsh", "NR99 2BB"],
    "salutation": "Dear Mrs Okafor",
    "child_name": "Jamie Okafor",
    "child_forename": "Jamie",
    "child_class": "9B",
    "contact_name": "Ms Lena Hart",
    "contact_role": "attendance lead",
    "signatory_name": "Ms Lena Hart",
    "signatory_role": "Attendance lead",
}

MEETING: dict[str, object] = {
    "meeting_day": "2026-12-10",
    "meeting_time": "10:30",
    "meeting_place": "Room 4, Saltmarsh High School",
    "attendees": [
        "Ms Lena Hart, attendance lead",
        "Mr Tom Reed, head of year 9",
        "Mrs Joy Patel, school governor",
        "Jamie",
    ],
    "reply_by": "2026-12-08",
}

FIGURES: dict[str, object] = {
    "possible_sessions": 58,
    "unauthorised_sessions": 11,
    "window_from": "2026-10-05",
    "window_to": "2026-11-20",
    "marks_as_at": "2026-11-20",
}

PLAN: dict[str, object] = {
    "target_text": "no more than 2 unauthorised sessions from Friday 11 December 2026 to Wednesday 20 January 2027",
    "plan_actions": [
        "The bus comes too late: Mr Reed asks the council for an earlier bus, by 18 December 2026.",
        "Jamie finds the first lesson hard: Ms Hart meets Jamie at the gate every Monday, by 22 January 2027.",
    ],
    "review_day": "2027-01-20",
}

CONTRACT: dict[str, object] = {
    "contract_agrees": "Bring Jamie to the bus stop by 8 in the morning.\n\nCall before 9 when Jamie is ill.",
    "contract_from": "2026-12-11",
    "contract_to": "2027-01-20",
    "contract_signed": True,
    "contract_refused": False,
}

MINUTES: dict[str, object] = {
    "minutes": [
        {"heading": "What is working well", "text": "Jamie enjoys art and has good friends in 9B."},
        {
            "heading": "The issues affecting attendance",
            "text": "The bus often comes late.\n\nMonday mornings are the hardest.",
        },
        {"heading": "Wishes and feelings of Jamie", "text": "Jamie said: “I want to come, but I hate being late.”"},
        {"heading": "Other concerns", "text": "None."},
    ],
    "signatures": ["Ms Lena Hart: signed", "Mr Tom Reed: signed", "Jamie: signed"],
}

OUTCOME: dict[str, object] = {
    "outcome_day": "2027-01-20",
    "outcome_reason": "Jamie came on time on every Monday since the panel.",
    "further_absence": True,
    "has_improved": True,
    "has_not_improved": False,
    "effort_text": "Jamie has worked hard on Mondays, and you have called us on every day of illness.",
    "next_steps": "Ms Hart will look at the register with Jamie every Friday until Easter.",
    "progress_text": "Jamie had 1 unauthorised session from 11 December 2026 to 19 January 2027.",
}

OTHERS: dict[str, object] = {
    "whole_weeks": 12,
    "application_days": 20,
    "previous_meeting_day": "2026-12-03",
    "rearranged_reason": "It has to be moved, because someone who is needed cannot come on that day.",
    "posted_reason": "The printer at school did not work on that day.",
    "defence_text": "The absence is covered by evidence that we have seen.",
    "step_down_actions": ["Mrs Patel looks for a quiet room for Jamie, by 29 January 2027."],
    "step_down_how": "We will talk with you every two weeks, and agree absence for appointments beforehand.",
    "step_down_owner": "Ms Lena Hart",
    "step_down_review_day": "2027-03-03",
    "internal_review_day": "2027-03-03",
    "steps_so_far": ["We met on Thursday 10 December 2026 and agreed a plan."],
    "next_step_text": "We meet again to look at how attendance has changed.",
    "withdrawn_reason": "Two absences have now been authorised. The figures are below what Fast Track is for.",
    "figures_corrected": True,
    "apology_due": True,
    "still_on_roll": True,
    "not_applied_against": False,
    "decision_declined": False,
    "decision_other_measure": True,
    "decision_proceedings": False,
    "decision_measure": "an education supervision order",
    "decision_day": "2027-02-15",
    "decision_text": "There is too little evidence that help was offered early.",
    "authority_contact": "the Attendance Team, 01603 000001",
}

FIELDS: dict[str, object] = FRAME | MEETING | FIGURES | PLAN | CONTRACT | MINUTES | OUTCOME | OTHERS
