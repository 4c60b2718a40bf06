"""An example of every body a caller can send, and of the answer that explains a stage, for the published contract.

A test reads each with its own shape.
"""

from pydantic import JsonValue

_SOMEBODY = "01a1f0b2-7c4e-7d7a-9b1e-0f6a2d9c4e11"
_SOMEBODY_ELSE = "01a1f0b2-9e10-7b35-8c02-6a4f1d7e2b90"
_APPOINTMENT: dict[str, JsonValue] = {
    "client_external_id": "C-417",
    "clinician_external_id": "T-3",
    "starts_at": "2026-03-10T15:00:00Z",
    "status": "booked",
    "status_known_at": "2026-03-03T10:12:00Z",
    "initiator": "client",
}
_NOTE: dict[str, JsonValue] = {
    "form": "with_conversation",
    "how_it_ended": "agreed",
    "closing_session": "held",
    "work_reviewed": "Panic on the underground; we mapped it, and rode it out together.",
    "goals_basis": "at_closing",
    "growth_goals": [
        {
            "goal": "Travel alone again.",
            "why": "To visit her sister without asking for company.",
            "next_step": "Two stops on Saturday morning.",
            "supports": "Her sister, who waits at the other end.",
        }
    ],
    "safety": "No thoughts of harm since January; knows whom to call.",
    "client_words": "I trust my feet again.",
    "scores": [{"measure": "GAD-7", "first": 15.0, "first_on": "2025-09-02", "last": 5.0, "last_on": "2026-03-03"}],
    "return_path": "A call to the desk is enough, at any time.",
}

_TRANSFER: dict[str, JsonValue] = {
    "outside": {"name": "Dr. Sol Ortega", "contact": "+34 600 000 001"},
    "reason": "better_fit",
    "consent": "agreed",
    "consent_on": "2026-03-03",
    "consent_way": "in_session",
    "parts": [{"part": "safety"}, {"part": "summary", "words": "Eight sessions about grief."}, {"part": "goals"}],
    "keep_back": ["scores"],
    "first_meeting_on": "2026-03-18",
}
BODIES: dict[str, dict[str, JsonValue]] = {
    "AbsenceIn": {"kind": "client_away", "from_on": "2026-08-03", "to_on": "2026-08-21"},
    "AgreementIn": {"kind": "cadence_change", "from_on": "2026-04-01", "cadence_days": 14},
    "ApprovalIn": {},
    "AppointmentBatchIn": {"items": [{"source": "cliniko", "external_id": "A-1001", **_APPOINTMENT}]},
    "AppointmentBatchItem": {"source": "cliniko", "external_id": "A-1001", **_APPOINTMENT},
    "AppointmentIn": _APPOINTMENT,
    "AppointmentNewIn": {"episode_id": _SOMEBODY, "starts_at": "2026-03-10T15:00:00Z", "initiator": "client"},
    "AssessedIn": {"how": "in_session"},
    "CheckInIn": {
        "episode_id": _SOMEBODY,
        "body": "Hello Ana, I am around if you would like to find another time. No answer is fine too.",
    },
    "CheckInPatch": {"subject": "A note from Bo"},
    "CheckInTemplateIn": {
        "name": "A short hello",
        "locale": "en",
        "subject": "A short hello",
        "body": "Hello {client_first_name}, this is {sender_name}. No answer is fine too. {reply_read_when}",
    },
    "ClosingAgendaIn": {
        "locale": "en",
        "form": "short",
        "parts": [{"part": "review", "words": "What we have begun."}, {"part": "goodbye", "words": "A few words."}],
    },
    "ClosingStepIn": {"step": "offered", "at": "2026-03-03T15:40:00Z"},
    "ClinicalRolesIn": {"roles": ["clinician"]},
    "ClientIn": {"name": "Ana Moreno", "time_zone": "Europe/Madrid"},
    "ClientMergeIn": {"double_id": _SOMEBODY},
    "ClientPatch": {"client_contacts_us": True, "locale": "es"},
    "ClientSearchIn": {"name": "moreno"},
    "ClinicianKeyIn": {"member_id": _SOMEBODY},
    "ConcernNoteIn": {"spoken_on": "2026-03-04", "words": "She would like to see somebody else."},
    "ConcernReleaseIn": {"client_agreed_on": "2026-03-04"},
    "CrisisLinesIn": {
        "country": "GB",
        "lines": [
            {
                "name": "Samaritans",
                "number": "116 123",
                "source": "Samaritans",
                "address": "https://www.samaritans.org",
            }
        ],
    },
    "ConsentIn": {
        "channel": "email",
        "address": "ana@example.org",
        "state": "granted",
        "valid_until": "2027-03-01",
        "safe_from": "09:00",
        "safe_until": "18:00",
    },
    "ContactIn": {"direction": "outbound", "channel": "phone", "outcome": "voicemail"},
    "CoverContactIn": {"channel": "phone", "outcome": "voicemail"},
    "CoverIn": {"covering_id": _SOMEBODY, "from_on": "2026-08-03", "to_on": "2026-08-21"},
    "CorrectionIn": {"kind": "taking_a_break", "channel": "phone", "until_on": "2026-04-30"},
    "EpisodeEndIn": {"how_it_ended": "client_told_us", "reason": "Said by phone that this is enough for now."},
    "EpisodeIn": {"client_ids": [_SOMEBODY], "format": "individual", "agreed_cadence_days": 7},
    "EpisodePatch": {"responsible_id": _SOMEBODY_ELSE},
    "EraseIn": {"confirm": "erase", "reason": "client_asked"},
    "FlagClearIn": {"note": "Assessed in session: no plan, no intent. Sees her sister tonight."},
    "FlagIn": {"kind": "unsafe_to_contact", "note": "Somebody else reads the post.", "review_on": "2027-03-01"},
    "FlagReviewIn": {"note": "Still so, said on the phone.", "review_on": "2027-06-01"},
    "FollowUpEndIn": {"because": "written"},
    "FollowUpIn": {"due_on": "2026-06-01", "words": "A line in summer: did the choir work out?"},
    "GoalContent": {"goal": "Travel alone again.", "next_step": "Three stops on Saturday.", "agreed_on": "2026-03-03"},
    "GoalIn": {
        "goal": "Travel alone again.",
        "why": "To visit her sister without asking for company.",
        "next_step": "Two stops on Saturday morning.",
        "supports": "Her sister, who waits at the other end.",
        "how_known": "She goes without planning the way back.",
    },
    "GoalStateIn": {"state": "reached"},
    "HandledIn": {"how": "spoke"},
    "KeepIn": {"until": "2031-01-01", "reason": "The insurer has asked for a copy."},
    "KeyIn": {"name": "Practice-management system", "scopes": ["client:edit", "appointment:record"]},
    "LeaveIn": {"from_on": "2026-08-03", "to_on": "2026-08-21"},
    "LegalHoldIn": {"reason": "A complaint is before the board."},
    "LeavePracticeIn": {"hand_over_to": _SOMEBODY},
    "LetterIn": {"note_id": _SOMEBODY},
    "LetterHandedOverIn": {},
    "NoteSignatureIn": {},
    "MemberIn": {"name": "Bo Lindqvist", "email": "bo@example.org", "roles": ["clinician"]},
    "MemberPatch": {"roles": ["clinician", "supervisor"]},
    "NoteAddendumIn": {"words": "The records were sent to the new clinic on 4 May."},
    "NoteContent": _NOTE,
    "NoteReturnIn": {"reason": "Please add how safe the client said they felt."},
    "OutcomeIn": {"status": "no_show", "excused": True},
    "OutreachPlanIn": {
        "episode_id": _SOMEBODY,
        "steps": [
            {"due_on": "2026-03-06", "template": "hello-en"},
            {"due_on": "2026-03-20", "template": "another_person-en"},
        ],
    },
    "PasswordChange": {"current_password": "the one handed over", "new_password": "a sentence only I know"},
    "PlanStepPatch": {"due_on": "2026-03-08"},
    "PlanStopIn": {"because": "spoke"},
    "PracticePatch": {"default_cadence_days": 14, "sensitivity": "earlier"},
    "SentByHandIn": {},
    "SettlementIn": {"went": True},
    "ScoreIn": {"measure": "PHQ-9", "value": 14.0, "higher_is_better": False, "at": "2026-03-04T09:00:00Z"},
    "ReferralCloseIn": {"because": "found_their_own"},
    "ReferralIn": {
        "episode_id": _SOMEBODY,
        "wishes": {"languages": ["Spanish"], "meeting": "online", "free_talk": True},
        "passing_on": "agreed",
        "what_to_pass_on": "That we worked on grief, and her telephone number.",
        "follow_up_on": "2026-03-18",
    },
    "ReferralOptionIn": {"outside": {"name": "Dr. Sol Ortega", "contact": "+34 600 000 001"}},
    "ReferralPatch": {"follow_up_on": "2026-03-25"},
    "ReferralStepIn": {"step": "contacted", "taken_on": "2026-03-04"},
    "ReferralProviderIn": {
        "name": "Rosa Lindt",
        "organisation": "Practice by the park",
        "specialisations": ["Grief", "Trauma"],
        "therapies": ["EMDR"],
        "languages": ["English", "Spanish"],
        "formats": ["individual", "couple"],
        "fee_from": 60,
        "fee_to": 90,
        "currency": "EUR",
        "sliding_scale": True,
        "free_talk": True,
        "accepting": True,
        "in_person": True,
        "place": "Madrid",
        "online": True,
        "phone": "+34 600 000 000",
    },
    "FirstMeetingIn": {"outcome": "held"},
    "TransferContent": _TRANSFER,
    "TransferIn": _TRANSFER,
    "ReferralProviderPatch": {"accepting": False},
    "WishesIn": {
        "languages": ["Spanish"],
        "therapies": ["EMDR"],
        "most_to_pay": 80,
        "currency": "EUR",
        "meeting": "online",
        "free_talk": True,
    },
    "ReleaseIn": {"first_year": 2024, "last_year": 2025},
    "SignInIn": {"email": "bo@example.org", "password": "a sentence only I know"},
    "SnoozeIn": {"reason": "agreed_to_leave_it", "words": "Until after the exams."},
    "ToneCheckIn": {"text": "Hello Ana, this is Marta. No reply is needed.", "channel": "email", "locale": "en"},
    "SuperviseesIn": {"member_ids": [_SOMEBODY, _SOMEBODY_ELSE]},
    "TerminationNoteIn": {"episode_id": _SOMEBODY, "client_id": _SOMEBODY_ELSE, **_NOTE},
    "WayBackIn": {
        "how_en": "Write to the desk whenever you like.",
        "who_en": "Whoever is at the desk answers within a week.",
    },
}

_MISSED: dict[str, JsonValue] = {
    "kind": "appointment",
    "code": "no_show",
    "id": "01a1f0b2-8a11-7c10-a5d4-5b0c7e8f9a22",
    "on": "2026-02-26",
    "at": "2026-02-26T15:00:00Z",
    "text": "The time on 26 February did not take place.",
    "client": None,
}

ANSWERS: dict[str, dict[str, JsonValue]] = {
    "EngagementOut": {
        "episode_id": _SOMEBODY,
        "stage": "drifting",
        "since": "2026-03-03T08:12:00Z",
        "reasons": [{"code": "not_kept", "text": "The time on 26 February did not take place.", "facts": [_MISSED]}],
        "next_step": {
            "kind": "check_in",
            "why": "A short check-in leaves the door open.",
            "owner": {"id": _SOMEBODY_ELSE, "name": "Bo Lindqvist"},
            "due_on": "2026-03-06",
        },
        "drifting_at": "2026-03-03T08:12:00Z",
        "quiet_at": "2026-03-12T05:40:00Z",
        "paused_until": None,
        "assessed_at": "2026-02-26T18:00:00Z",
        "model_version": "2026.11-1",
        "about": None,
        "would_change": [
            {
                "kind": "nothing_learned",
                "effect": "stage",
                "text": "If nothing more is learned, this shows as quiet from 12 March.",
                "stage": "quiet",
                "from_on": "2026-03-12",
            },
            {
                "kind": "client_books",
                "effect": "stage",
                "text": "If the client books a time, for instance for 11 March, this is engaged again.",
                "stage": "engaged",
                "from_on": "2026-03-04",
            },
        ],
        "not_yet": {
            "stage": "quiet",
            "text": "The time on 26 February did not take place. By itself that is not enough."
            " If nothing more is learned, this shows as quiet from 12 March.",
            "against": [
                {"code": "not_kept", "text": "The time on 26 February did not take place.", "facts": [_MISSED]}
            ],
            "holding": [],
        },
        "timeline": {
            "since": "2025-03-04T10:00:00Z",
            "stages": [
                {
                    "at": "2026-03-03T08:12:00Z",
                    "stage": "drifting",
                    "reasons": [{"code": "not_kept", "text": "The time on 26 February did not take place."}],
                }
            ],
            "learned": [{"learned_at": "2026-02-26T18:00:00Z", "fact": _MISSED}],
        },
    }
}
