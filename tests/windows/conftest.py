"""The setup built and installed under Wine: `sh installer/test.sh --windows`, never otherwise."""

import os
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from windows_setups import Setups
from wine import Wine

from tikmatrix_desktop.devices.adb_server import free_port

WANTED = os.environ.get("TIKMATRIX_TEST_WINDOWS") == "1"
TEST_SECONDS = 900
PROVED = pytest.StashKey[list[str]]()

# Minutes of compiling and installing: the ordinary run of the tests leaves them out.
collect_ignore_glob = [] if WANTED else ["test_*.py"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the tests here time: their fixtures build setups."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.timeout(TEST_SECONDS))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was proved."""
    lines = terminalreporter.config.stash.get(PROVED, [])
    if lines:
        terminalreporter.section("What was proved")
        for line in lines:
            terminalreporter.write_line(f"  {line}")


@pytest.fixture(scope="session")
def proved(pytestconfig: pytest.Config) -> Callable[[str], None]:
    """Note a fact for the end of the run."""
    return pytestconfig.stash.setdefault(PROVED, []).append


@pytest.fixture(scope="session")
def setups(tmp_path_factory: pytest.TempPathFactory) -> Setups:
    """The setups that are built, each once."""
    kept = os.environ.get("TIKMATRIX_TEST_SETUPS")
    return Setups(Path(kept) if kept else tmp_path_factory.mktemp("setups"))


@pytest.fixture(scope="session")
def wine(tmp_path_factory: pytest.TempPathFactory) -> Generator[Wine]:
    """A clean prefix."""
    windows = Wine(tmp_path_factory.mktemp("wine"))
    windows.create()
    yield windows
    windows.stop()


@pytest.fixture(scope="session")
def adb_port() -> int:
    """Where the installed program starts its adb server."""
    return free_port()
