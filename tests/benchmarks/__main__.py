"""python -m tests.benchmarks NAME [options] [--json]"""

from __future__ import annotations

import argparse
import sys

from tests.benchmarks import fields, footprint, hygiene, ingest, lookup, timeline
from tests.benchmarks.report import print_report

BENCHMARKS = {
    "fields": fields,
    "footprint": footprint,
    "hygiene": hygiene,
    "ingest": ingest,
    "lookup": lookup,
    "timeline": timeline,
}


def main() -> None:
    """Run one benchmark and print its report, as a table or as one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    commands = parser.add_subparsers(dest="name", required=True, metavar="NAME")
    for name, module in BENCHMARKS.items():
        summary = (module.__doc__ or "").partition("\n")[0]
        command = commands.add_parser(name, help=summary, description=summary)
        command.add_argument("--json", action="store_true", help="print one JSON object")
        module.add_arguments(command)
    arguments = parser.parse_args()
    print_report(BENCHMARKS[arguments.name].run(arguments), as_json=arguments.json, out=sys.stdout)


if __name__ == "__main__":
    main()
