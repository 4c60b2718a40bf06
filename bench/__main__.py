"""Chooses what to measure."""

import argparse

from bench import caseload

_LARGE = 1_000_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("what", nargs="*", default=["caseload"])
    parser.add_argument("--large", type=int, default=_LARGE, help="episodes of the large practice")
    given = parser.parse_args()
    if "caseload" in given.what:
        caseload.run(given.large)


if __name__ == "__main__":
    main()
