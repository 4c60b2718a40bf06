"""What is handed over, as plain text for another record or to be given along. Nothing that the client asked to keep back."""

from collections.abc import Iterator

from api.domain import transfers as rules
from schemas.vocabulary import TransferConsent, TransferState
from schemas.wire.transfers import TransferOut

DRAFT = "DRAFT: not handed over yet"


def plain(one: TransferOut, practice: str) -> str:
    lines = [*_head(one, practice)]
    for section in one.handed.sections:
        lines += ["", rules.PART[section.part], *(f"- {line}" for line in section.lines)]
        if section.words:
            lines.append(section.words)
    if one.handed.words:
        lines += ["", "In words", one.handed.words]
    return "\n".join(lines) + "\n"


def _head(one: TransferOut, practice: str) -> Iterator[str]:
    yield "HANDOVER"
    if one.state is TransferState.DRAFT:
        yield DRAFT
    yield f"Practice: {practice}"
    for heading, said in facts(one):
        yield f"{heading}: {said}"


def facts(one: TransferOut) -> list[tuple[str, str]]:
    """For the page that is printed too."""
    consent = rules.CONSENT[one.consent]
    if one.consent in (TransferConsent.AGREED, TransferConsent.DECLINED) and one.consent_on is not None:
        consent = f"{consent.removesuffix('.')}, {one.consent_on.isoformat()}."
    told = [
        ("Client", one.client.name),
        ("From", one.from_clinician.name),
        ("To", to_whom(one)),
        ("Why", rules.REASON[one.reason] if one.reason else ""),
        ("The client's word", consent),
        ("First meeting", one.first_meeting_on.isoformat() if one.first_meeting_on else ""),
        ("Goodbye with both", one.goodbye_on.isoformat() if one.goodbye_on else ""),
    ]
    return [(heading, said) for heading, said in told if said]


def to_whom(one: TransferOut) -> str:
    if one.to is not None:
        return one.to.name
    if one.outside is None:
        return ""
    return ", ".join(filter(None, (one.outside.name, one.outside.contact)))
