"""The simulated practices: the same every time, as faulty as real records, and true to what they say of themselves."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from api.formats.native_folder import read_folder
from bench.noticing import judging
from bench.practices import folder, setting
from bench.practices.record import Ending
from schemas.vocabulary import AppointmentStatus

ORDINARY = setting.Setting()
LAST = folder.FIRST_DAY + timedelta(days=setting.DAYS)


def test_the_same_seed_tells_the_same_practice(tmp_path: Path) -> None:
    for place in ("one", "other"):
        lives, away = folder.simulate(ORDINARY, clients=20, seed=5)
        folder.write(tmp_path / place, lives, away, ORDINARY, seed=6)
    for name in ("appointments.csv", "messages.csv", "agreements.csv", "leave.csv", "clients.csv", folder.TRUTH):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()


@pytest.mark.parametrize("family", list(setting.FAMILIES))
def test_each_family_names_settings_that_exist_and_keeps_shares_shares(family: str) -> None:
    drawn = setting.draw(Random(3), family)  # noqa: S311 - a simulation
    assert drawn.weekly + drawn.fortnightly + drawn.monthly <= 1
    assert drawn.standing + drawn.in_session + drawn.by_client <= 1
    assert drawn != setting.draw(Random(4), family)  # noqa: S311 - as above


def test_about_one_client_in_five_leaves_and_one_time_in_eight_is_missed() -> None:
    lives, _ = folder.simulate(ORDINARY, clients=1500, seed=1)
    endings = Counter(life.ending for life in lives)
    assert 0.15 < endings[Ending.LEFT] / len(lives) < 0.27
    due = Counter(one.status for life in lives for one in life.events)
    missed = due[AppointmentStatus.NO_SHOW]
    assert 0.09 < missed / (missed + due[AppointmentStatus.ATTENDED]) < 0.17


def test_nobody_comes_after_having_left_and_nothing_is_known_before_it_is_booked() -> None:
    lives, _ = folder.simulate(ORDINARY, clients=300, seed=2)
    for life in lives:
        booked = {one.key: one.known for one in life.events if one.status is AppointmentStatus.BOOKED}
        for one in life.events:
            assert one.known >= booked[one.key]
            if one.status is AppointmentStatus.ATTENDED and life.left_at is not None and one.known >= one.start:
                assert one.start < life.left_at


def test_every_row_of_a_simulated_practice_can_be_read(tmp_path: Path) -> None:
    lives, away = folder.simulate(ORDINARY, clients=60, seed=7)
    folder.write(tmp_path, lives, away, ORDINARY, seed=8)
    read = read_folder(tmp_path, default_zone="UTC")
    histories = dict(read.histories())
    assert not read.problems
    assert histories.keys() == {life.key for life in lives}
    known = judging.truths(tmp_path / folder.TRUTH, first=folder.FIRST_DAY, last=LAST)
    assert known.keys() == histories.keys()
