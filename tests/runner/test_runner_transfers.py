"""Transfer slots are shared by processes and freed by their death."""

import subprocess
import sys
import threading
from pathlib import Path

from tikmatrix_desktop.engine.runner_process import runner_environment
from tikmatrix_desktop.runner.transfers import TransferSlots

HOLD_ONE = (
    "import sys; from pathlib import Path;"
    "from tikmatrix_desktop.runner.transfers import TransferSlots;"
    "slots = TransferSlots(Path(sys.argv[1]), 2); assert slots.acquire(timeout=5);"
    "print('held', flush=True); sys.stdin.read()"
)


def test_processes_share_the_slots_and_a_dead_one_gives_its_back(tmp_path: Path) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD_ONE, str(tmp_path)],
        env=runner_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert other.stdout is not None
    assert other.stdout.readline().strip() == b"held"
    slots = TransferSlots(tmp_path, 2)
    assert slots.acquire(timeout=5)
    assert not slots.acquire(timeout=0.2)
    other.kill()
    other.communicate()
    assert slots.acquire(timeout=5)
    assert not slots.acquire(blocking=False)
    slots.release(2)


def test_a_slot_is_freed_by_whichever_thread_is_done(tmp_path: Path) -> None:
    slots = TransferSlots(tmp_path, 1)
    assert slots.acquire(timeout=5)
    thread = threading.Thread(target=slots.release)
    thread.start()
    thread.join(5)
    with slots:
        assert not slots.acquire(timeout=0.1)
    assert slots.acquire(blocking=False)
    slots.release()
