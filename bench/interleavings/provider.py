"""The other side: takes, refuses or breaks off by chance, keeps everything it got, and lets others come in between."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from api.outbound.letters import Letter
from api.outbound.mail import Announce, End, HandedOver

_ENDS = (
    *("taken",) * 12,
    *("taken, and not told",) * 2,
    "not taken, and not told",
    "not reached",
    "not reached",
    "refused",
    "refused for now",
    "refused for now",
    "no such address",
)


@dataclass
class Provider:
    """`got` is told of each message the other side has from now on, `refused` of each that it will not have for now. One for all
    workers; `pause` is whose turn it is.
    """

    chance: Random
    got: Callable[[str], None]
    refused: Callable[[str], None]
    pause: Callable[[str], None]
    has: list[str] = field(default_factory=list)

    def hand_over(self, letter: Letter, announce: Announce) -> HandedOver:
        self.pause("marked")
        end = self.chance.choice(_ENDS)
        if end == "not reached":
            return HandedOver(End.NOT_TAKEN, "no_connection")
        if end == "no such address":
            return HandedOver(End.NO_SUCH_ADDRESS, "550")
        announce()
        self.pause("announced")
        if end == "refused for now":
            self.refused(letter.message_id)
            self.pause("refused for now")
            return HandedOver(End.NOT_TAKEN, "content_451")
        self.got(letter.message_id)
        if end in ("taken", "taken, and not told"):
            self.has.append(letter.message_id)
        self.pause("handed over")
        if end == "refused":
            return HandedOver(End.REFUSED, "554")
        return HandedOver(End.TAKEN if end == "taken" else End.UNKNOWN)
