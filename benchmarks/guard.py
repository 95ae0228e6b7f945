"""What the guard in front of the API costs: the server's CPU time for a POST, with and without."""

from collections.abc import Generator
from contextlib import contextmanager

from benchmarks.pairs import Benchmark, Pair
from benchmarks.requests import FOLLOW
from benchmarks.serving import Server, pair_of_servers

REQUESTS = 1_500


@contextmanager
def posts() -> Generator[Pair]:
    """The same POST to two panels, one without its guard."""
    with pair_of_servers("ours", "unguarded") as servers:
        guarded, unguarded = servers
        for server in servers:
            server.rate(server.request("POST", "/task", FOLLOW), REQUESTS // 4)
        yield Pair(ours=lambda: cpu(guarded), baseline=lambda: cpu(unguarded))


def cpu(server: Server) -> float:
    """Return the microseconds of CPU that a server takes for a POST."""
    return server.cpu_per_request(server.request("POST", "/task", FOLLOW), REQUESTS)


BENCHMARKS = [
    Benchmark("CPU per POST with the guard", "µs", "guard off", "less", 1.10, posts, rounds=7),
]
