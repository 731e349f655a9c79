"""python -m tests.benchmarks NAME [options] [--json]"""

from __future__ import annotations

import argparse
import pkgutil
import sys
from importlib import import_module
from types import ModuleType

from tests import benchmarks
from tests.benchmarks.report import print_report


def main() -> None:
    """Run one benchmark and print its report, as a table or as one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    commands = parser.add_subparsers(dest="name", required=True, metavar="NAME")
    found = _benchmarks()
    for name, module in found.items():
        summary = (module.__doc__ or "").partition("\n")[0].replace("%", "%%")
        command = commands.add_parser(name, help=summary, description=summary)
        command.add_argument("--json", action="store_true", help="print one JSON object")
        module.add_arguments(command)
    arguments = parser.parse_args()
    print_report(found[arguments.name].run(arguments), as_json=arguments.json, out=sys.stdout)


def _benchmarks() -> dict[str, ModuleType]:
    """The modules of this folder that say how they are run; the others are their tools."""
    names = sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__))
    modules = {
        name: import_module(f"{benchmarks.__name__}.{name}") for name in names if name[0] != "_"
    }
    return {name: module for name, module in modules.items() if hasattr(module, "add_arguments")}


if __name__ == "__main__":
    main()
