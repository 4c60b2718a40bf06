"""Looks through the provider's list for text messages of which nobody heard whether they were taken.

Only a message that is found settles anything. One that is not may be on its way still, and is never sent again on a guess.
"""

from functools import partial

import structlog

from api.domain.access import WORKER, system_principal
from api.outbound.texts import Standing
from api.services import standings
from api.services.standings import LookUp
from api.services.work import Runtime, again, unit

log = structlog.get_logger(__name__)


class Finder:
    """`until_stopped` opens no unit once the worker is to stop; what was found is recorded by `runtime` all the same."""

    def __init__(self, runtime: Runtime, until_stopped: Runtime | None = None) -> None:
        self._runtime, self._until_stopped = runtime, until_stopped or runtime

    def step(self) -> bool:
        """One message; whether there was any to look for."""
        with unit(self._until_stopped, WORKER) as work:
            claimed = standings.claim(work)
            if claimed is None:
                return False
            work.act_as(system_principal(claimed.practice_id))
            looked_up = standings.prepare(work, claimed)
        if looked_up is None:
            return True
        standing = self._runtime.texts.look_up(looked_up.text, looked_up.text.at)
        log.info("delivery.looked_up", delivery=str(looked_up.delivery_id), found=standing is not None)
        if standing is not None:
            again(partial(self._found, looked_up, standing))
        return True

    def _found(self, looked_up: LookUp, standing: Standing) -> None:
        with unit(self._runtime, system_principal(looked_up.practice_id)) as work:
            standings.found(work, looked_up, standing)
