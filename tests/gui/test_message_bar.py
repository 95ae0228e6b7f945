"""A message stays until it is read, and an undo until its time is over."""

import pytest

from tikmatrix_desktop.gui.widgets.message_bar import Message, MessageBar


@pytest.fixture
def bar(qapp, qtbot) -> MessageBar:
    bar = MessageBar()
    qtbot.addWidget(bar)
    return bar


def shown(bar: MessageBar) -> str:
    return bar.ui.text.text() if not bar.isHidden() else ""


def test_messages_are_read_one_after_the_other(bar: MessageBar) -> None:
    bar.say(Message("first"))
    bar.say(Message("second"))
    bar.say(Message("first"))
    assert shown(bar) == "first   (and 1 more)"
    bar.ui.close.click()
    assert shown(bar) == "second"
    bar.ui.close.click()
    assert shown(bar) == ""


def test_the_action_is_taken_once_and_the_message_goes(bar: MessageBar) -> None:
    done: list[str] = []
    bar.say(
        Message(
            "4 tasks deleted", "info", "Undo",
            on_action=lambda: done.append("undone"), on_gone=lambda: done.append("gone"),
        )
    )  # fmt: skip
    bar.ui.action.click()
    assert done == ["undone"]
    assert shown(bar) == ""


def test_a_message_with_a_time_goes_by_itself(bar: MessageBar, qtbot) -> None:
    done: list[str] = []
    bar.say(Message("deleted", "info", "Undo", on_gone=lambda: done.append("gone"), seconds=0.01))
    qtbot.waitUntil(lambda: done == ["gone"])
    assert shown(bar) == ""


def test_closing_means_read(bar: MessageBar) -> None:
    done: list[str] = []
    bar.say(Message("one", on_gone=lambda: done.append("one")))
    bar.say(Message("two", on_gone=lambda: done.append("two")))
    bar.finish()
    assert done == ["one", "two"]


def test_an_action_may_say_something_itself(bar: MessageBar) -> None:
    bar.say(Message("ask", "warning", "Do", on_action=lambda: bar.say(Message("failed"))))
    bar.ui.action.click()
    assert shown(bar) == "failed"


def test_an_error_is_marked_as_one(bar: MessageBar) -> None:
    bar.say(Message("no"))
    assert bar.property("kind") == "error"
    assert bar.ui.action.isHidden()
