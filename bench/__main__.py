"""Chooses what to measure."""

import argparse
from pathlib import Path

from bench import assess, caseload, deliveries, documents, imports
from bench.interleavings import running
from bench.noticing import calibrating, real_file, watching
from bench.wording import fitting

_LARGE = 1_000_000
_CHOICES = ("assess", "caseload", "deliveries", "documents", "imports")
_ON_REQUEST = ("calibrate", "practice", "judge", "real", "wording", "interleavings")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("what", nargs="*", choices=[*_CHOICES, *_ON_REQUEST, []], default=list(_CHOICES))
    parser.add_argument(
        "--large", type=int, default=_LARGE, help="episodes of the large practice, messages of the long outbox"
    )
    parser.add_argument("--clients", type=int, default=400, help="clients of the imported file, fifty rows each")
    parser.add_argument("--each", type=int, default=120, help="clients of each simulated practice to calibrate with")
    parser.add_argument("--write", action="store_true", help="calibrate, wording: renew the weights file")
    parser.add_argument("--family", default="ordinary", help="practice: which kind to simulate")
    parser.add_argument(
        "--seed", type=int, default=1, help="practice: another practice of that kind; interleavings: the first seed"
    )
    parser.add_argument("--path", type=Path, help="practice: the folder to write; real: the file of sessions to read")
    parser.add_argument("--flags", type=Path, help="judge: what replay wrote about the practice at --path")
    parser.add_argument(
        "--count", type=int, default=10_000, help="interleavings: how many, each with a seed of its own"
    )
    given = parser.parse_args()
    if "assess" in given.what:
        assess.run()
    if "imports" in given.what:
        imports.run(given.clients, 50)
    if "caseload" in given.what:
        caseload.run(given.large)
    if "documents" in given.what:
        documents.run()
    if "interleavings" in given.what:
        running.run(given.count, given.seed)
    if "deliveries" in given.what:
        deliveries.run(given.large)
    noticing(given)


def noticing(given: argparse.Namespace) -> None:
    """What is only done on request: it takes long, or needs a file."""
    if "calibrate" in given.what:
        calibrating.run(given.each, write=given.write)
    if "practice" in given.what:
        watching.write(watching.Practice(given.family, given.clients, given.seed), given.path)
    if "judge" in given.what:
        watching.judge_file(given.path, given.flags)
    if "real" in given.what:
        real_file.run(given.path)
    if "wording" in given.what:
        fitting.run(write=given.write)


if __name__ == "__main__":
    main()
