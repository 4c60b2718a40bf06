"""A mail server's report that a message came back, from the mailbox that such reports go to."""

from uuid import UUID

from api.domain import bounces as rules
from api.domain.access import Permission
from api.domain.audit import Action
from api.formats.delivery_status import Fate, StatusReport
from api.services.gate import Noun, use_case
from api.services.work import Work
from api.store import bounces as bounce_store
from api.store import checkins as checkin_store
from api.store import deliveries as delivery_store
from api.store import standings as standing_store
from api.store import tasks as task_store
from schemas.vocabulary import CheckInState, StopReason, TaskKind


@use_case(Permission.WORKER_CLAIM, audit=None)
def find(work: Work, report: StatusReport) -> tuple[UUID, UUID] | None:
    """The practice and the message it is about; None: none of ours."""
    return bounce_store.find(work.session, report.message_id)


@use_case(Permission.JOB_RUN, audit=Action.CHECK_IN_BOUNCE, noun=Noun.CHECK_IN, subject="check_in_id")
def take_in(work: Work, check_in_id: UUID, report: StatusReport) -> bool:
    """Whether it was news. A delay or an arrival changes nothing: only what came back for good is an end."""
    work.mention(code=f"status_{report.status}", end=report.fate.value)
    row = checkin_store.hold(work.session, check_in_id)
    if row is None or report.fate is not Fate.FAILED or not rules.is_news(row.state):
        return False
    delivery = checkin_store.delivery(work.session, row.id)
    if delivery is not None:
        delivery_store.settle(delivery, work.now)
        delivery.failure_code = f"status_{report.status}"
    row.state, row.stopped_by = CheckInState.BOUNCED, StopReason.NOT_ACCEPTED
    row.state_at, row.version = work.now, row.version + 1
    work.mention(reopened_count=standing_store.did_not_arrive(work.session, row, work.now))
    if rules.is_the_address(report.status):
        bounce_store.mark_address(work.session, row, work.now)
    task_store.finish(work.session, TaskKind.SETTLE_DELIVERY, row.id, by=None, now=work.now)
    return True
