"""A script of another package is in API, form and table, as docs/adding-a-script.md says."""

import re
import tomllib
from pathlib import Path

import pytest
from program import AsUser
from PySide6.QtTest import QTest
from qt_kit import LEFT, click_phones, shown_ids, until

from tikmatrix_desktop.domain.device import DeviceState
from tikmatrix_desktop.domain.task import TaskStatus
from tikmatrix_desktop.gui.main_window import MainWindow
from tikmatrix_desktop.virtual.process import FleetProcess

DOCUMENT = Path(__file__).parents[2] / "docs" / "adding-a-script.md"
GROUP = "tikmatrix_desktop.scripts"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The document's package, as pip lays it down, for this process and those it starts."""
    blocks = dict(
        re.findall(r"```(\w+)\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    )
    project = tomllib.loads(blocks["toml"])["project"]
    site = tmp_path / "site"
    info = site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir(parents=True)
    (site / "followers_script.py").write_text(blocks["python"], encoding="utf-8")
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    entries = [f"{name} = {place}" for name, place in project["entry-points"][GROUP].items()]
    (info / "entry_points.txt").write_text("\n".join([f"[{GROUP}]", *entries]))
    monkeypatch.syspath_prepend(site)
    monkeypatch.setenv("PYTHONPATH", str(site), prepend=":")


@pytest.mark.usefixtures("installed")
def test_a_script_of_another_package_works_like_one_of_ours(
    as_user: AsUser, phones: FleetProcess
) -> None:
    serial = phones.serials[0]

    async def user(window: MainWindow) -> None:
        def is_online() -> bool:
            device = window.session.devices.get(serial) if window.session is not None else None
            return device is not None and device.state is DeviceState.ONLINE

        await until(is_online, 30)
        assert window.session is not None
        described = {one.name: one for one in (await window.session.client.scripts()).scripts}
        assert "reload" in described["followers"].config_schema["properties"]

        composer = window.work.composer
        await until(lambda: composer.ui.script.findData("followers") >= 0)
        click_phones(window, [serial])
        composer.choose_script("followers")
        assert composer.ui.script.currentText() == "Count followers"
        composer.ui.form.editor("reload").set_value(True)
        QTest.mouseClick(composer.ui.create, LEFT)
        await until(lambda: len(shown_ids(window)) == 1)
        (task_id,) = shown_ids(window)

        completed = window.work.tasks.ui.chips.chips[TaskStatus.COMPLETED]
        await until(lambda: completed.text() == "1 completed", 30)
        task = await window.session.client.task(task_id)
        assert task.script_config == {"reload": True}
        username = phones.accounts_of(serial)[0]
        assert task.result == {"username": username, "followers": "12"}, task.remark

    as_user(user)
