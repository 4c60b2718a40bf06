"""Delivers what is due, one message at a time: decided in one unit, handed over with none open, settled in a third.

Killed at any point, the next worker goes on: before the announcement nothing has left and it is decided anew; after it the
message is uncertain and a person says what became of it. No message is ever handed over a second time on a guess.
"""

from datetime import datetime, timedelta

import structlog

from api.domain.access import WORKER, system_principal
from api.outbound.mail import End, HandedOver
from api.outbound.texts import Text
from api.services import deliveries
from api.services.deliveries import Handover
from api.services.work import Runtime, unit
from api.store.deliveries import Claim, LeaseLost
from schemas.vocabulary import Channel

log = structlog.get_logger(__name__)

_REST = timedelta(seconds=30)
_WAYS = frozenset({Channel.EMAIL, Channel.SMS})
_UNREACHABLE = ("no_connection", "no_session", "no_folder", "no_carrier")


class Courier:
    """`until_stopped` opens no unit once the worker is to stop; what was begun is settled by `runtime` all the same."""

    def __init__(self, runtime: Runtime, until_stopped: Runtime | None = None) -> None:
        self._runtime, self._until_stopped = runtime, until_stopped or runtime
        self._rests_until: dict[Channel, datetime] = {}

    def step(self) -> bool:
        """One message; whether there was any. While the mail server or the provider of text messages is not to be reached,
        what goes by the other comes first.
        """
        if self._resting() >= _WAYS:
            return False
        taken = self.take()
        if isinstance(taken, Handover):
            outcome = self.hand_over(taken)
            if outcome is not None:
                self.settle(taken, outcome)
        return taken is not None

    def take(self) -> Handover | Claim | None:
        """A message to hand over; or the one about which something else was decided; or None: nothing is due."""
        claimed: Claim | None = None
        try:
            with unit(self._until_stopped, WORKER) as work:
                claimed = deliveries.claim(work, resting=self._resting())
                if claimed is None:
                    return None
                work.act_as(system_principal(claimed.practice_id))
                return deliveries.decide(work, claimed) or claimed
        except Exception as error:  # one message that cannot be decided on must not hold up the others
            if claimed is None:
                raise
            log.exception("delivery.not_decided", delivery=str(claimed.delivery_id), kind=type(error).__name__)
            with unit(self._runtime, system_principal(claimed.practice_id)) as work:
                deliveries.put_off(work, claimed, type(error).__name__)
            return claimed

    def hand_over(self, handover: Handover) -> HandedOver | None:
        """None: another worker has taken it over, and nothing was handed over by this one."""
        try:
            outcome = self._carried(handover)
        except LeaseLost:
            log.warning("delivery.lease_lost", delivery=str(handover.delivery_id))
            return None
        log.info("delivery.handed_over", delivery=str(handover.delivery_id), end=outcome.end, code=outcome.code)
        if outcome.end is End.NOT_TAKEN and outcome.code.startswith(_UNREACHABLE):
            self._rests_until[handover.channel] = self._runtime.now() + _REST
        return outcome

    def settle(self, handover: Handover, outcome: HandedOver) -> None:
        with unit(self._runtime, system_principal(handover.practice_id)) as work:
            deliveries.settle(work, handover, outcome)

    def _carried(self, handover: Handover) -> HandedOver:
        letter = handover.letter
        if isinstance(letter, Text):
            return self._runtime.texts.hand_over(letter, lambda: self._announce(handover))
        return self._runtime.carrier.hand_over(letter, lambda: self._announce(handover))

    def _resting(self) -> frozenset[Channel]:
        now = self._runtime.now()
        return frozenset(channel for channel, until in self._rests_until.items() if now < until)

    def _announce(self, handover: Handover) -> None:
        with unit(self._runtime, system_principal(handover.practice_id)) as work:
            deliveries.announce(work, handover)
