"""Chooses what to measure."""

import argparse

from bench import assess, caseload, imports

_LARGE = 1_000_000
_CHOICES = ("assess", "caseload", "imports")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("what", nargs="*", choices=[*_CHOICES, []], default=list(_CHOICES))
    parser.add_argument("--large", type=int, default=_LARGE, help="episodes of the large practice")
    parser.add_argument("--clients", type=int, default=400, help="clients of the imported file, fifty rows each")
    given = parser.parse_args()
    if "assess" in given.what:
        assess.run()
    if "imports" in given.what:
        imports.run(given.clients, 50)
    if "caseload" in given.what:
        caseload.run(given.large)


if __name__ == "__main__":
    main()
