"""The window against a real service: what is clicked in the one is found in the other."""

import asyncio
from pathlib import Path

import pytest
from examples import device
from panel import TOKEN, Panel
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from qt_kit import LEFT, AtWork, click_phones, drop_on, shown_ids, until

from tikmatrix_desktop.domain.task import TaskStatus
from tikmatrix_desktop.gui.main_window import MainWindow
from tikmatrix_desktop.gui.tables.task_table_model import Column


def chip(window: MainWindow, status: TaskStatus) -> str:
    return window.work.tasks.ui.chips.chips[status].text()


def click_row(window: MainWindow, task_id: int, *, add: bool = False) -> None:
    table = window.work.tasks.ui.table
    row = table.tasks.row_of(task_id)
    assert row is not None
    index = table.tasks.index(row, Column.CHECK if add else Column.SCRIPT)
    table.scrollTo(index)
    QTest.mouseClick(table.viewport(), LEFT, pos=table.visualRect(index).center())


def with_phones(window: MainWindow, number: int = 3) -> None:
    """Show phones that this service does not have: it takes tasks for them all the same."""
    session = window.session
    assert session is not None
    devices = [device(f"VPHONE{place:02d}", number=place) for place in range(1, number + 1)]
    session.feed.stale.disconnect(session.reload)
    session.feed.devices_changed.emit(devices)


@pytest.fixture
def videos(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "三个 videos"
    folder.mkdir()
    paths = [folder / f"clip{number}.mp4" for number in (1, 2, 3)]
    for path in paths:
        path.write_bytes(b"\x00\x00\x00\x18ftypmp42" + path.name.encode() * 50)
    return paths


def test_a_task_made_by_another_client_appears_by_itself(panel: Panel, at_work: AtWork) -> None:

    async def scenario(window: MainWindow) -> None:
        await until(
            lambda: window.work.tasks.ui.stack.currentWidget() is window.work.tasks.ui.empty
        )
        (task_id,) = await asyncio.to_thread(panel.create)
        await until(lambda: shown_ids(window) == [task_id])
        await until(lambda: chip(window, TaskStatus.PENDING) == "1 pending")

    at_work(scenario)


def test_the_status_bar_tells_of_the_service(panel: Panel, at_work: AtWork) -> None:
    async def scenario(window: MainWindow) -> None:
        line = window.status_line
        await until(lambda: line.api.label.text() == f"API 127.0.0.1:{panel.port}")
        await until(lambda: line.plan.label.text() == "Business, up to 100 phones")
        await until(lambda: line.tasks.label.text() == "0 running, 0 waiting")

    at_work(scenario)


@pytest.mark.parametrize(("mode", "number"), [("rotate", 2), ("spread", 3), ("all", 6)])
def test_dropped_videos_become_tasks_of_the_ui(
    panel: Panel, at_work: AtWork, videos: list[Path], mode: str, number: int
) -> None:
    caption = "新品 🎉 {今天|明天}"

    async def scenario(window: MainWindow) -> None:
        composer = window.work.composer
        form = composer.ui.form
        with_phones(window)
        click_phones(window, ["VPHONE01", "VPHONE03"])
        composer.choose_script("post")
        drop_on(form.editor("material_list").list.viewport(), videos)
        await until(lambda: len(form.values()["material_list"]) == 3)
        form.editor("captions").edit.setPlainText(caption)
        form.editor("material_mode").set_value(mode)
        await until(lambda: composer.ui.create.text() == f"Create {number} tasks")
        QTest.mouseClick(composer.ui.create, LEFT)
        await until(lambda: len(shown_ids(window)) == number)

    at_work(scenario)
    tasks = panel.http.get("/task", params={"page_size": 100}).json()["data"]["tasks"]
    assert {task["source"] for task in tasks} == {"ui"}
    assert {task["serial"] for task in tasks} == {"VPHONE01", "VPHONE03"}
    captions = {task["script_config"]["captions"] for task in tasks}
    assert captions <= {"新品 🎉 今天", "新品 🎉 明天"}


def test_a_post_from_plain_http_is_not_of_the_ui(panel: Panel, at_work: AtWork) -> None:
    (task_id,) = panel.create()
    assert panel.http.get(f"/task/{task_id}").json()["data"]["source"] == "api"

    async def scenario(window: MainWindow) -> None:
        table = window.work.tasks.ui
        await until(lambda: shown_ids(window) == [task_id])
        table.source.setCurrentIndex(table.source.findData("ui"))
        await until(lambda: shown_ids(window) == [])
        assert table.emptyHeading.text() == "No task matches"
        QTest.mouseClick(table.clearFilters, LEFT)
        await until(lambda: shown_ids(window) == [task_id])

    at_work(scenario)


def test_the_forms_errors_show_at_their_fields(
    panel: Panel, at_work: AtWork, videos: list[Path]
) -> None:

    async def scenario(window: MainWindow) -> None:
        composer = window.work.composer
        form = composer.ui.form
        with_phones(window)
        window.work.devices.select(["VPHONE01"])
        composer.choose_script("post")
        drop_on(form.editor("material_list").list.viewport(), videos)
        await until(lambda: len(form.values()["material_list"]) == 3)
        videos[1].unlink()
        caption = form.editor("captions").edit
        caption.setFocus()
        QTest.keyClicks(caption, "{unbalanced")
        QTest.keyClick(caption, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await until(lambda: form.error_of("captions"))
        assert "clip2.mp4" in form.error_of("material_list")
        assert composer.ui.create.isEnabled()

    at_work(scenario)
    assert panel.count() == 0


def test_a_click_creates_one_batch_even_when_doubled(panel: Panel, at_work: AtWork) -> None:

    async def scenario(window: MainWindow) -> None:
        composer = window.work.composer
        with_phones(window)
        window.work.devices.select(["VPHONE01"])
        composer.choose_script("follow")
        composer.ui.form.editor("target_users").set_value(["@a", "@b"])
        await until(composer.ui.create.isEnabled)
        QTest.mouseClick(composer.ui.create, LEFT)
        QTest.mouseClick(composer.ui.create, LEFT)
        await until(lambda: len(shown_ids(window)) == 2)
        await until(composer.ui.create.isEnabled)

    at_work(scenario)
    assert panel.count() == 2


def test_a_time_in_the_form_schedules_the_task(panel: Panel, at_work: AtWork) -> None:

    async def scenario(window: MainWindow) -> None:
        composer = window.work.composer
        with_phones(window)
        window.work.devices.select(["VPHONE02"])
        composer.choose_script("match_account")
        QTest.mouseClick(composer.ui.later, LEFT, pos=QPoint(8, 12))
        assert composer.ui.day.text() in ("today", "tomorrow")
        QTest.mouseClick(composer.ui.create, LEFT)
        await until(lambda: len(shown_ids(window)) == 1)
        table = window.work.tasks.ui.table.tasks
        await until(lambda: table.item(0, Column.STATUS).text() == "Scheduled")

    at_work(scenario)
    (task,) = panel.http.get("/task").json()["data"]["tasks"]
    assert task["start_time"] is not None


def test_search_and_chips_ask_the_service(panel: Panel, at_work: AtWork) -> None:
    ids = panel.create(3)

    async def scenario(window: MainWindow) -> None:
        page = window.work.tasks.ui
        await until(lambda: len(shown_ids(window)) == 3)
        QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
        await until(page.search.hasFocus)
        QTest.keyClicks(page.search, "VPHONE02")
        await until(lambda: shown_ids(window) == [ids[1]])
        QTest.keyClick(page.search, Qt.Key.Key_Escape)
        await until(lambda: len(shown_ids(window)) == 3)
        QTest.mouseClick(page.chips.chips[TaskStatus.COMPLETED], LEFT)
        await until(lambda: shown_ids(window) == [])
        QTest.mouseClick(page.chips.chips[TaskStatus.COMPLETED], LEFT)
        await until(lambda: len(shown_ids(window)) == 3)

    at_work(scenario)


def test_a_heading_sorts_in_the_service(panel: Panel, at_work: AtWork) -> None:
    ids = panel.create(3)

    async def scenario(window: MainWindow) -> None:
        header = window.work.tasks.ui.table.horizontalHeader()
        await until(lambda: shown_ids(window) == ids[::-1])
        x = header.sectionViewportPosition(Column.PHONE) + 10
        QTest.mouseClick(header.viewport(), LEFT, pos=QPoint(x, 10))
        await until(lambda: shown_ids(window) == ids)

    at_work(scenario)


def test_more_than_a_page_is_turned_through(panel: Panel, at_work: AtWork) -> None:
    users = [f"user{number}" for number in range(150)]
    panel.create(1, script_config={"target_users": users})

    async def scenario(window: MainWindow) -> None:
        page = window.work.tasks.ui
        await until(lambda: page.range.text() == "1–100 of 150")
        assert not page.previous.isEnabled()
        QTest.mouseClick(page.next, LEFT)
        await until(lambda: page.range.text() == "101–150 of 150")
        assert len(shown_ids(window)) == 50
        assert not page.next.isEnabled()
        QTest.mouseClick(page.previous, LEFT)
        await until(lambda: page.range.text() == "1–100 of 150")

    at_work(scenario)


def test_a_deletion_can_be_undone(panel: Panel, at_work: AtWork) -> None:
    ids = panel.create(3)

    async def scenario(window: MainWindow) -> None:
        page = window.work.tasks.ui
        await until(lambda: len(shown_ids(window)) == 3)
        click_row(window, ids[0])
        click_row(window, ids[1], add=True)
        assert page.remove.text() == "Delete 2 tasks"
        QTest.keyClick(page.table, Qt.Key.Key_Delete)
        await until(lambda: shown_ids(window) == [ids[2]])
        assert page.undo.ui.text.text() == "2 tasks deleted"
        QTest.mouseClick(page.undo.ui.action, LEFT)
        await until(lambda: shown_ids(window) == ids[::-1])

    at_work(scenario)
    assert panel.count() == 3


def test_a_deletion_is_carried_out_when_its_time_is_over(panel: Panel, at_work: AtWork) -> None:
    ids = panel.create(2)

    async def scenario(window: MainWindow) -> None:
        window.work.tasks.actions_.undo_seconds = 0.05
        await until(lambda: len(shown_ids(window)) == 2)
        click_row(window, ids[0])
        QTest.mouseClick(window.work.tasks.ui.remove, LEFT)
        await until(lambda: panel.count() == 1)
        await until(lambda: shown_ids(window) == [ids[1]])

    at_work(scenario)


def test_a_deletion_that_waits_is_carried_out_when_the_window_closes(
    panel: Panel, at_work: AtWork
) -> None:
    ids = panel.create(2)

    async def scenario(window: MainWindow) -> None:
        await until(lambda: len(shown_ids(window)) == 2)
        click_row(window, ids[0])
        QTest.keyClick(window.work.tasks.ui.table, Qt.Key.Key_Delete)
        await window.shutdown()

    at_work(scenario)
    assert panel.count() == 1


def test_a_failed_task_is_retried(panel: Panel, at_work: AtWork) -> None:
    (task_id,) = panel.create()
    panel.fail()

    async def scenario(window: MainWindow) -> None:
        page = window.work.tasks.ui
        window.work.tasks.reload()
        await until(lambda: shown_ids(window) == [task_id])
        await until(lambda: page.table.tasks.item(0, Column.STATUS).text() == "Target not found")
        click_row(window, task_id)
        await until(page.detail.isVisible)
        assert "target_not_found" in page.detail.ui.title.text()
        QTest.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
        await until(lambda: page.table.tasks.task(task_id).status is TaskStatus.PENDING)
        QTest.keyClick(window, Qt.Key.Key_Escape)
        assert not page.detail.isVisible()

    at_work(scenario)
    assert panel.http.get(f"/task/{task_id}").json()["data"]["retry_count"] == 1


def test_stopping_asks_first(panel: Panel, at_work: AtWork) -> None:
    panel.create()
    task_id = panel.begin()

    async def scenario(window: MainWindow) -> None:
        page = window.work.tasks.ui
        window.work.tasks.reload()
        await until(lambda: shown_ids(window) == [task_id])
        click_row(window, task_id)
        await until(page.stop.isEnabled)
        QTest.mouseClick(page.stop, LEFT)
        assert page.undo.ui.action.text() == "Stop 1 task"
        QTest.mouseClick(page.undo.ui.close, LEFT)
        assert page.table.tasks.task(task_id).status is TaskStatus.RUNNING

    at_work(scenario)


def test_the_failure_picture_is_shown(panel: Panel, at_work: AtWork, tmp_path: Path) -> None:
    kept = tmp_path / "failed.png"
    panel.create()
    task_id = panel.fail(screenshot=str(kept))

    async def scenario(window: MainWindow) -> None:
        assert window.grab().save(str(kept))
        detail = window.work.tasks.ui.detail.ui
        window.work.tasks.reload()
        await until(lambda: shown_ids(window) == [task_id])
        click_row(window, task_id)
        detail.tabs.setCurrentWidget(detail.screenTab)
        await until(lambda: detail.screen.has_picture)

    at_work(scenario)


def test_a_lost_service_is_told_and_found_again(panel: Panel, at_work: AtWork) -> None:

    async def scenario(window: MainWindow) -> None:
        port = panel.port
        await asyncio.to_thread(panel.service.stop)
        await until(lambda: "not answering" in window.status_line.api.label.text())
        again = type(panel.service)(panel.engine, port, TOKEN)
        await asyncio.to_thread(again.start)
        try:
            await until(lambda: window.session is not None and window.session.is_live)
        finally:
            await asyncio.to_thread(again.stop)

    at_work(scenario)


def test_the_rail_gives_tasks_the_full_width(at_work: AtWork) -> None:
    async def scenario(window: MainWindow) -> None:
        QTest.mouseClick(window.work.ui.railTasks, LEFT)
        assert not window.work.devices.isVisible()
        assert not window.work.composer.isVisible()
        QTest.mouseClick(window.work.ui.railDevices, LEFT)
        assert window.work.devices.isVisible()
        assert window.work.composer.isVisible()

    at_work(scenario)


def test_files_dropped_beside_the_list_go_onto_the_form(
    at_work: AtWork, videos: list[Path]
) -> None:
    async def scenario(window: MainWindow) -> None:
        composer = window.work.composer
        composer.choose_script("follow")
        drop_on(window.work, videos)
        await until(lambda: len(composer.ui.form.values().get("material_list", [])) == 3)
        assert composer.ui.script.currentData() == "post"

    at_work(scenario)


def test_what_was_typed_for_one_script_waits_while_another_is_shown(at_work: AtWork) -> None:
    async def scenario(window: MainWindow) -> None:
        composer = window.work.composer
        composer.choose_script("follow")
        composer.ui.form.editor("target_users").set_value(["@a"])
        composer.choose_script("post")
        composer.choose_script("follow")
        assert composer.ui.form.values()["target_users"] == ["@a"]

    at_work(scenario)


def test_a_login_is_counted_for_the_accounts_that_are_not_logged_in(
    panel: Panel, at_work: AtWork
) -> None:
    for name, logined in (("in", True), ("out1", False), ("out2", False)):
        panel.store.accounts.add(name, "tiktok", device="VPHONE01", logined=logined)

    async def scenario(window: MainWindow) -> None:
        composer = window.work.composer
        with_phones(window)
        window.work.devices.select(["VPHONE01"])
        composer.choose_script("login")
        await until(lambda: composer.ui.create.text() == "Create 2 tasks")
        QTest.mouseClick(composer.ui.create, LEFT)
        await until(lambda: len(shown_ids(window)) == 2)

    at_work(scenario)
    tasks = panel.http.get("/task").json()["data"]["tasks"]
    assert {task["username"] for task in tasks} == {"out1", "out2"}


def test_a_key_typed_into_the_form_is_not_in_any_answer(panel: Panel, at_work: AtWork) -> None:
    async def scenario(window: MainWindow) -> None:
        composer = window.work.composer
        form = composer.ui.form
        with_phones(window)
        window.work.devices.select(["VPHONE01"])
        composer.choose_script("account_warmup")
        form.editor("generate_by_chatgpt").set_value(True)
        form.editor("comment_probable").set_value(20)
        await until(composer.ui.create.isEnabled)
        QTest.mouseClick(composer.ui.create, LEFT)
        await until(lambda: form.error_of("chatgpt_settings.api_key"))
        form.editor("chatgpt_settings.api_key").set_value("sk-secret-1")
        await until(composer.ui.create.isEnabled)
        QTest.mouseClick(composer.ui.create, LEFT)
        await until(lambda: len(shown_ids(window)) == 1)

    at_work(scenario)
    answer = panel.http.get("/task").text
    assert "sk-secret-1" not in answer
    assert '"api_key":"***"' in answer.replace(" ", "")
