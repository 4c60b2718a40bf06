"""A release in the ledger, put there past the use case: for tests that need one and are about something else."""

import json
from uuid import UUID

from api.domain.releases import digest
from api.store import releases as release_store
from schemas.tables import Release
from schemas.tables.base import new_id
from schemas.vocabulary import ActorKind
from tests.support.house import House, Practice


def frozen(house: House, practice: Practice | None = None, *, year: int = 2020) -> UUID:
    """Whatever pages draw from a document is in it; its figures are withheld."""
    document, sheet, release_id = json.dumps(_DOCUMENT), "# promise\r\nfigure\r\n", new_id()
    with house.rows(practice) as work:
        release_store.add(
            work.session,
            Release(
                id=release_id,
                first_year=year,
                last_year=year,
                cut_off_on=work.now.date(),
                released_at=work.now,
                released_by_kind=ActorKind.SYSTEM,
                document=document,
                document_digest=digest(document),
                sheet=sheet,
                sheet_digest=digest(sheet),
            ),
        )
    return release_id


_DOCUMENT = {
    "title": "A release",
    "period": {"from_on": "2020-01-01", "to_on": "2020-12-31", "cut_off_on": "2021-03-31"},
    "groups": [{"figure": "at_risk", "says": "Everybody.", "count": None}],
    "definitions": [],
    "promise": {
        "rule_set": "leavetaking-1",
        "threshold": 11,
        "says": ["Nothing."],
        "withheld": ["at_risk"],
        "why_withheld": "Too few.",
        "noise": "None.",
        "checked_against": [],
        "does_not_promise": ["Anything."],
    },
}
