"""The Linux packages, installed where nothing else is: `sh installer/test.sh --linux` alone."""

import os
from pathlib import Path

import pytest

WANTED = os.environ.get("TIKMATRIX_TEST_LINUX") == "1"
TEST_SECONDS = 900

# Minutes of building and installing: the ordinary run of the tests leaves them out.
collect_ignore_glob = [] if WANTED else ["test_*.py"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the tests here time: they build packages and install a system."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.timeout(TEST_SECONDS))
