"""Ours against a bare baseline in one run: interleaved pairs, the median of their ratios."""

import statistics
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Literal

ROUNDS = 5


@dataclass(frozen=True)
class Pair:
    """Two ways to do one thing; each call measures once and returns the figure."""

    ours: Callable[[], float]
    baseline: Callable[[], float]


@dataclass(frozen=True)
class Benchmark:
    """One line of the table.

    `aim` is for the ratio ours / baseline: at least that much where `better` is "more", at most
    where it is "less". `prepare` sets both sides up and takes them down again.
    """

    name: str
    unit: str
    baseline_name: str
    better: Literal["more", "less"]
    aim: float
    prepare: Callable[[], AbstractContextManager[Pair]]
    rounds: int = ROUNDS


@dataclass(frozen=True)
class Figure:
    """What came out; `ratio` is the median over the pairs, not the ratio of the medians."""

    benchmark: Benchmark
    ours: float
    baseline: float
    ratio: float
    ratios: list[float] = field(default_factory=list[float])

    @property
    def is_met(self) -> bool:
        """Whether the ratio reaches the aim."""
        if self.benchmark.better == "more":
            return self.ratio >= self.benchmark.aim
        return self.ratio <= self.benchmark.aim


def measure(benchmark: Benchmark) -> Figure:
    """Run the pairs, the order swapped every other round, and take the medians."""
    ours: list[float] = []
    baseline: list[float] = []
    with benchmark.prepare() as pair:
        for round_number in range(benchmark.rounds):
            for side in _order(round_number):
                if side == "ours":
                    ours.append(pair.ours())
                else:
                    baseline.append(pair.baseline())
    ratios = [mine / bare for mine, bare in zip(ours, baseline, strict=True)]
    return Figure(
        benchmark,
        statistics.median(ours),
        statistics.median(baseline),
        statistics.median(ratios),
        ratios,
    )


def _order(round_number: int) -> Iterator[Literal["ours", "baseline"]]:
    # What comes second finds warmer caches; neither side shall always be it.
    yield from ("ours", "baseline") if round_number % 2 else ("baseline", "ours")
