"""Print every figure as a table: `python -m benchmarks [name …]`."""

import argparse
import importlib
import sys

from benchmarks.pairs import Benchmark, Figure, measure

# Imported one by one, so that a part that cannot run here does not stop the others.
MODULES = ("claim", "requests", "guard", "shell", "step", "window", "fleet", "gaps")


def main() -> int:
    """Measure what was asked for, or everything; return 0 even where an aim is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("modules", nargs="*", choices=[*MODULES, []], metavar="name")
    chosen = parser.parse_args().modules or MODULES
    print("| what | ours | baseline | ratio | range | aim | |")
    print("|---|---|---|---|---|---|---|")
    for name in chosen:
        module = importlib.import_module(f"benchmarks.{name}")
        for entry in module.BENCHMARKS:
            if isinstance(entry, Benchmark):
                print(_row(measure(entry)), flush=True)
            else:
                print(entry(), flush=True)
    return 0


def _row(figure: Figure) -> str:
    benchmark = figure.benchmark
    sign = "≥" if benchmark.better == "more" else "≤"
    return (
        f"| {benchmark.name} | {figure.ours:,.4g} {benchmark.unit} "
        f"| {benchmark.baseline_name}: {figure.baseline:,.4g} {benchmark.unit} "
        f"| {figure.ratio:.2f} | {min(figure.ratios):.2f}–{max(figure.ratios):.2f} "
        f"| {sign} {benchmark.aim:g} | {'met' if figure.is_met else 'missed'} |"
    )


if __name__ == "__main__":
    sys.exit(main())
