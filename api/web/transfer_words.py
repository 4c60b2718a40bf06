"""The words that pages use for giving the work to somebody else, and between their forms and the shapes of the API."""

from api.domain import note_wording
from api.domain import transfers as rules
from api.domain.errors import Invalid, invalid_field
from api.formats import transfer_sheet
from api.web.forms import Form, as_shape, beside, prefilled
from schemas.vocabulary import (
    ConsentWay,
    FirstMeeting,
    RiskReview,
    TransferConsent,
    TransferPart,
    TransferReason,
    TransferState,
)
from schemas.wire.transfers import TransferContent, TransferOut

REASON, PART, CONSENT = rules.REASON, rules.PART, rules.CONSENT
facts, to_whom = transfer_sheet.facts, transfer_sheet.to_whom
STATE = {
    TransferState.DRAFT: "Not handed over yet",
    TransferState.HANDED_OVER: "Handed over",
    TransferState.RECEIVED: "Handed over, and read",
    TransferState.WITHDRAWN: "Withdrawn",
}
WAY = {
    ConsentWay.IN_SESSION: "In session",
    ConsentWay.BY_PHONE: "By phone",
    ConsentWay.IN_WRITING: "In writing",
}
MEETING = {
    FirstMeeting.HELD: "They have met",
    FirstMeeting.NOT_WANTED: "The client does not want this now",
    FirstMeeting.FOUND_THEIR_OWN: "The client found somebody themselves",
    FirstMeeting.WITHDRAWN: "The transfer was withdrawn",
    FirstMeeting.CLIENT_DIED: "The client has died",
    FirstMeeting.OTHER: "Another reason",
}
MEETINGS = [(one, MEETING[one]) for one in rules.MEETING_BY_A_PERSON]
PARTS = [(one, PART[one]) for one in TransferPart]
KEPT_BACK = [(one, said, "") for one, said in PARTS if one is not TransferPart.WHOLE_RECORD]
DRAWN = {
    TransferPart.SAFETY: "Flags of harm that stand, and how risk was looked at.",
    TransferPart.GOALS: "Those that are open.",
    TransferPart.EARLY_SIGNS: "What the note says, if there is one.",
    TransferPart.SUPPORTS: "What the note says, if there is one.",
    TransferPart.SCORES: "First against last.",
    TransferPart.CONTACT: "Addresses, and what may be done with each.",
    TransferPart.LETTERS: "That they were sent, and when.",
}
CONSENTS = [(one, CONSENT[one]) for one in TransferConsent]
REASONS = [(one, REASON[one]) for one in TransferReason]
WAYS = [(one, WAY[one]) for one in ConsentWay]
REVIEWS = [(one, note_wording.RISK_REVIEW[one]) for one in RiskReview]
_TEXTS = (
    "to_id",
    "referral_id",
    "reason",
    "consent",
    "consent_on",
    "consent_way",
    "consent_words",
    "words",
    "keep_back_words",
    "risk_review",
    "risk_review_words",
    "first_meeting_on",
    "goodbye_on",
)

_OUTSIDE = {"/outside/name": "outside_name", "/outside/contact": "outside_contact"}


def content(sent: Form) -> TransferContent:
    """All of it, so that an empty field takes away what was there. Raises Invalid, for words of a part that is not chosen as well."""
    chosen = sent.several("parts")
    unchosen = [part for part in TransferPart if part not in chosen and sent.given(f"words_{part}")]
    parts = [*chosen, *unchosen]
    outside = {"name": sent.given("outside_name") or "", "contact": sent.given("outside_contact")}
    wants_outside = bool(sent.given("outside_name") or sent.given("outside_contact"))
    try:
        told = as_shape(
            TransferContent,
            outside=outside if wants_outside else None,
            parts=[{"part": part, "words": sent.given(f"words_{part}")} for part in parts],
            keep_back=sent.several("keep_back"),
            **sent.present(*_TEXTS),
        )
    except Invalid as error:
        fields = {f"/parts/{place}/words": f"words_{part}" for place, part in enumerate(parts)}
        raise beside(error, fields | _OUTSIDE) from None
    for part in unchosen:
        raise invalid_field("/parts", f"There are words for a part that is not chosen: {PART[part]}.")
    return told


def of_draft(one: TransferOut) -> Form:
    told = one.model_dump(mode="json", include={*_TEXTS, "version", "keep_back"})
    told |= {f"words_{part.part}": part.words for part in one.parts}
    return prefilled(
        to_id=one.to.id if one.to else None,
        outside_name=one.outside.name if one.outside else None,
        outside_contact=one.outside.contact if one.outside else None,
        parts=[part.part for part in one.parts],
        **told,
    )


def beside_their_fields(form: Form) -> Form:
    """What is said of somebody elsewhere stands beside their name."""
    if "outside" in form.faults:
        form.faults["outside_name"] = form.faults.pop("outside")
    return form
