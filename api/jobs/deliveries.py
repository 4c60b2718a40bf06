"""Delivers what is due, as many at a time as can be handed over at once: decided in one unit, handed over with none open,
settled in a third.

Killed at any point, the next worker goes on: before the announcement nothing has left and it is decided anew; after it the
message is uncertain and a person says what became of it. No message is ever handed over a second time on a guess.
"""

from datetime import datetime, timedelta

import structlog

from api.domain.access import WORKER, system_principal
from api.jobs.pace import Pace
from api.outbound.mail import End, HandedOver
from api.outbound.texts import Text
from api.services import deliveries
from api.services.deliveries import Handover
from api.services.work import Runtime, again, single_statement, unit
from api.store.deliveries import Claim, LeaseLost
from schemas.vocabulary import Channel

log = structlog.get_logger(__name__)

_REST = timedelta(seconds=30)
_WAYS = frozenset({Channel.EMAIL, Channel.SMS})
_UNREACHABLE = ("no_connection", "no_session", "no_folder", "no_carrier")

Ended = list[tuple[Handover, HandedOver]]


class Courier:
    """`until_stopped` opens no unit once the worker is to stop; what was begun is settled by `runtime` all the same."""

    def __init__(self, runtime: Runtime, until_stopped: Runtime | None = None) -> None:
        self._runtime, self._until_stopped = runtime, until_stopped or runtime
        self._rests_until: dict[Channel, datetime] = {}
        self.pace = Pace()

    def step(self) -> bool:
        """What can be handed over at once; whether there was any. While the mail server or the provider of text messages is not
        to be reached, what goes by the other comes first.
        """
        if self._resting() >= _WAYS:
            return False
        taken = self.take_some(self.pace.most)
        if isinstance(taken, list):
            self._deliver(taken)
        return taken is not None

    def take(self) -> Handover | Claim | None:
        """A message to hand over; or the one about which something else was decided; or None: nothing is due."""
        taken = self.take_some(1)
        return taken[0] if isinstance(taken, list) else taken

    def take_some(self, most: int) -> list[Handover] | Claim | None:
        """Messages to hand over, of one practice; or one about which something else was decided; or None: nothing is due."""
        claimed: list[Claim] = []
        resting = self._resting()
        try:
            with unit(self._until_stopped, WORKER) as work:
                first = deliveries.claim(work, resting=resting)
                if first is None:
                    return None
                claimed = [first]
                work.act_as(system_principal(first.practice_id))
                claimed += deliveries.claim_more(work, first, most - 1, resting=resting)
                taken = deliveries.decide(work, claimed)
                return None if taken is None else taken or first
        except Exception as error:  # one message that cannot be decided on must not hold up the others
            if not claimed:
                raise
            return self._after_a_fault(claimed, error)

    def _after_a_fault(self, claimed: list[Claim], error: Exception) -> Claim:
        """Which of several it was is found out by going one by one for a while."""
        self.pace.slow_down()
        log.error(
            "delivery.not_decided", delivery=str(claimed[0].delivery_id), exc_info=error, kind=type(error).__name__
        )
        if len(claimed) == 1:
            with unit(self._runtime, system_principal(claimed[0].practice_id)) as work:
                deliveries.put_off(work, claimed[0], type(error).__name__)
        return claimed[0]

    def _deliver(self, taken: list[Handover]) -> None:
        """What was not reached soon after its decision is given back: facts that came meanwhile are to bind."""
        ended: Ended = []
        left: list[Handover] = []
        watch = self.pace.begin()
        try:
            for position, handover in enumerate(taken):
                if position and (watch.is_over() or handover.channel in self._resting()):
                    left.append(handover)
                    continue
                outcome = self.hand_over(handover)
                ended += [(handover, outcome)] if outcome is not None else []
        except Exception:  # a fault of ours with one of them: what became of those before it is known
            self._settle(ended)
            raise
        if not left:
            watch.done(len(taken))
        self._settle(ended)
        self._give_back(left)

    def _settle(self, ended: Ended) -> None:
        """Together; should that fail, each for itself, so that one of them leaves none of the others uncertain."""
        try:
            self._settle_together(ended)
        except Exception as error:  # whichever of them it was: told again below, where it is settled alone
            if len(ended) == 1:
                raise
            log.exception("delivery.not_settled_together", count=len(ended), kind=type(error).__name__)
            for handover, outcome in ended:
                self.settle(handover, outcome)

    def _settle_together(self, ended: Ended) -> None:
        def settle() -> None:
            with unit(self._runtime, system_principal(ended[0][0].practice_id)) as work:
                deliveries.settle(work, ended)

        if ended:
            again(settle)

    def _give_back(self, left: list[Handover]) -> None:
        def give_back() -> None:
            with unit(self._runtime, system_principal(left[0].practice_id)) as work:
                deliveries.give_back(work, left)

        if left:
            again(give_back)

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
        self._settle_together([(handover, outcome)])

    def _carried(self, handover: Handover) -> HandedOver:
        letter = handover.letter
        if isinstance(letter, Text):
            return self._runtime.texts.hand_over(letter, lambda: self._announce(handover))
        return self._runtime.carrier.hand_over(letter, lambda: self._announce(handover))

    def _resting(self) -> frozenset[Channel]:
        now = self._runtime.now()
        return frozenset(channel for channel, until in self._rests_until.items() if now < until)

    def _announce(self, handover: Handover) -> None:
        with single_statement(self._runtime, system_principal(handover.practice_id)) as work:
            deliveries.announce(work, handover)
