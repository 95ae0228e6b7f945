"""The right pane: which script, for which phones, with what, and when."""

import uuid
from datetime import datetime
from typing import Any

from PySide6.QtCore import Qt, QTime, QTimer, Signal
from PySide6.QtWidgets import QWidget

from tikmatrix_desktop.domain.device import DeviceState
from tikmatrix_desktop.domain.errors import FieldError, InvalidParameters, TikMatrixError
from tikmatrix_desktop.domain.script import ScriptDescription
from tikmatrix_desktop.domain.task import MAX_TASKS_PER_REQUEST, CreatedTasks, Platform
from tikmatrix_desktop.gui import words
from tikmatrix_desktop.gui.counting import TaskCount, count_tasks
from tikmatrix_desktop.gui.forms.compiled.composer_ui import Ui_Composer
from tikmatrix_desktop.gui.forms.editor import inset
from tikmatrix_desktop.gui.forms.file_editors import MaterialsEditor
from tikmatrix_desktop.gui.session import Session

SAID_MILLISECONDS = 4_000
NUMBERS_SHOWN = 6
MARGIN = 12
PLATFORM_WORDS = {Platform.TIKTOK: "TikTok", Platform.INSTAGRAM: "Instagram"}


class Composer(QWidget):
    """Makes tasks for the selected phones by one request; errors show where they were caused."""

    created = Signal(object)
    warned = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui = Ui_Composer()
        self.ui.setupUi(self)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session: Session | None = None
        self._serials: list[str] = []
        self._script: ScriptDescription | None = None
        self._kept: dict[str, dict[str, Any]] = {}
        self._token = str(uuid.uuid4())
        self._is_creating = False
        self._said = QTimer(self)
        self._said.setSingleShot(True)
        self._said.timeout.connect(self._count)
        self.ui.error.hide()
        self.ui.targetsError.hide()
        self.ui.time.setTime(QTime(9, 0))
        inset(self.ui.time)
        self._connect()
        self._show_script()
        self._show_targets()
        self._show_when()

    def attach(self, session: Session) -> None:
        """Make tasks at a service."""
        self._session = session
        session.scripts_changed.connect(self._fill_scripts)
        session.devices_changed.connect(self._show_targets)
        session.accounts_changed.connect(self._count)
        self._fill_scripts()

    def detach(self) -> None:
        """Ask the service for nothing more."""
        self._session = None
        self._count()

    def set_targets(self, serials: list[str]) -> None:
        """Take the phones that tasks are made for."""
        if serials != self._serials:
            self._serials = list(serials)
            self.ui.targetsError.hide()
            self._show_targets()
            self._change()

    def choose_script(self, name: str) -> None:
        """Show the form of a script; an unknown one changes nothing."""
        row = self.ui.script.findData(name)
        if row >= 0:
            self.ui.script.setCurrentIndex(row)

    def fill(self, name: str, values: dict[str, Any]) -> bool:
        """Show a script's form with these values; False for a script there is none of."""
        if self.ui.script.findData(name) < 0:
            return False
        if self._script is not None and self._script.name == name:
            self.ui.form.set_values(values)
        else:
            self._kept[name] = values
            self.choose_script(name)
        self._change()
        return True

    def add_files(self, paths: list[str]) -> bool:
        """Put files on the form, that of the first script that takes any; False if none does."""
        if self._materials() is None:
            for script in self._session.scripts if self._session else ():
                properties = script.config_schema.get("properties", {})
                if any(raw.get("x-editor") == "materials" for raw in properties.values()):
                    self.choose_script(script.name)
                    break
        editor = self._materials()
        if editor is None:
            return False
        editor.list.add_paths(paths)
        return True

    def focus_first(self) -> None:
        """Put the keyboard into the script picker."""
        self.ui.script.setFocus()

    @property
    def sum(self) -> TaskCount | None:
        """How many tasks would be made; None without a script."""
        if self._script is None:
            return None
        accounts = None
        if self._is_multi_account:
            accounts = 0
            if self._session is not None:
                counts = self._session.accounts_of(
                    self._serials, self._platform, logged_out_first=self._script.logged_out_first
                )
                accounts = sum(counts.values())
        return count_tasks(self._script, self.ui.form.values(), len(self._serials), accounts)

    def create_tasks(self) -> None:
        """Make the tasks, unless that is impossible or being done."""
        if self._session is None or self._script is None or self._is_creating:
            return
        if not self.ui.create.isEnabled():
            self._count()
            return
        self._is_creating = True
        self._clear_errors()
        self._count()
        self._session.requests.run(
            self._session.client.create_tasks(self.request()), self._take_created, self._take_error
        )

    def request(self) -> dict[str, Any]:
        """Return the body of `POST /task` that the form stands for."""
        if self._script is None:
            raise ValueError("no script is chosen")
        body: dict[str, Any] = {
            "serials": self._serials,
            "script_name": self._script.name,
            "script_config": self.ui.form.values(),
            # The same request sent twice makes its tasks once.
            "client_token": self._token,
        }
        if self._script.multi_account == "optional" and self.ui.multiAccount.isChecked():
            body["enable_multi_account"] = True
        if self.ui.later.isChecked():
            body["start_time"] = self.ui.time.time().toString("HH:mm")
        if len(self._script.platforms) > 1:
            body["platform"] = self._platform
        return body

    def _connect(self) -> None:
        ui = self.ui
        ui.script.currentIndexChanged.connect(self._show_script)
        ui.platform.currentIndexChanged.connect(self._change_platform)
        ui.multiAccount.toggled.connect(self._count)
        ui.form.changed.connect(self._change)
        ui.now.toggled.connect(self._show_when)
        ui.time.timeChanged.connect(self._show_when)
        ui.create.clicked.connect(self.create_tasks)
        ui.composerScroll.verticalScrollBar().rangeChanged.connect(self._make_room)

    def _make_room(self, _low: int, high: int) -> None:
        """Keep the form's right edge in line with the rest, scroll bar or not."""
        bar = self.ui.composerScroll.verticalScrollBar().sizeHint().width() if high else 0
        self.ui.bodyColumn.setContentsMargins(MARGIN, 0, MARGIN - bar, MARGIN)

    @property
    def _platform(self) -> str | None:
        data = self.ui.platform.currentData()
        return str(data) if data is not None else None

    @property
    def _is_multi_account(self) -> bool:
        if self._script is None or self._script.multi_account == "never":
            return False
        return self._script.multi_account == "always" or self.ui.multiAccount.isChecked()

    def _materials(self) -> MaterialsEditor | None:
        editors = (self.ui.form.editor(name) for name in self.ui.form.names)
        return next((editor for editor in editors if isinstance(editor, MaterialsEditor)), None)

    def _fill_scripts(self) -> None:
        scripts = self._session.scripts if self._session else []
        combo = self.ui.script
        shown = {script.name: script for script in scripts}
        if [combo.itemData(row) for row in range(combo.count())] != list(shown):
            chosen = combo.currentData()
            combo.blockSignals(True)
            combo.clear()
            for script in scripts:
                combo.addItem(script.title, script.name)
            combo.setCurrentIndex(max(0, combo.findData(chosen)) if scripts else -1)
            combo.blockSignals(False)
        current = shown.get(str(combo.currentData()))
        if current != self._script:
            self._show_script()

    def _show_script(self) -> None:
        known = self._session.scripts if self._session else []
        name = self.ui.script.currentData()
        if self._script is not None:
            self._kept[self._script.name] = self.ui.form.values()
        self._script = next((script for script in known if script.name == name), None)
        script = self._script
        self.ui.script.setToolTip(script.description if script else "")
        self.ui.platform.blockSignals(True)
        self.ui.platform.clear()
        for platform in script.platforms if script else ():
            self.ui.platform.addItem(PLATFORM_WORDS[platform], platform.value)
        self.ui.platform.blockSignals(False)
        several = script is not None and len(script.platforms) > 1
        self.ui.platform.setVisible(several)
        self.ui.platformLabel.setVisible(several)
        self.ui.multiAccount.setVisible(script is not None and script.multi_account == "optional")
        self._clear_errors()
        self.ui.form.show_schema(script.config_schema if script else {}, self._platform)
        if script is not None:
            self.ui.form.set_values(self._kept.get(script.name, {}))
        self.ui.composerScroll.verticalScrollBar().setValue(0)
        self._change()

    def _change_platform(self) -> None:
        self.ui.form.set_platform(self._platform)
        self._change()

    def _change(self) -> None:
        # Another form is another request: the token must not answer for the old one.
        self._token = str(uuid.uuid4())
        self.ui.error.hide()
        self._said.stop()
        self._count()

    def _show_targets(self) -> None:
        devices = self._session.devices if self._session else {}
        count = len(self._serials)
        if not count:
            self.ui.targets.setText("No phone selected")
        else:
            numbers = [
                words.phone_number(serial, devices.get(serial))
                for serial in self._serials[:NUMBERS_SHOWN]
            ]
            more = "…" if count > NUMBERS_SHOWN else ""
            away = sum(
                serial not in devices or devices[serial].state is not DeviceState.ONLINE
                for serial in self._serials
            )
            note = f", {away} not online" if away else ""
            self.ui.targets.setText(
                f"{words.count(count, 'phone')} ({', '.join(numbers)}{more}){note}"
            )

    def _show_when(self) -> None:
        later = self.ui.later.isChecked()
        self.ui.time.setEnabled(later)
        now = datetime.now().astimezone()
        chosen = self.ui.time.time()
        passed = (chosen.hour(), chosen.minute()) <= (now.hour, now.minute)
        self.ui.day.setText(("tomorrow" if passed else "today") if later else "")
        self._change()

    def _count(self) -> None:
        total = self.sum
        button = self.ui.create
        if self._is_creating:
            button.setText("Creating…")
            button.setEnabled(False)
            return
        number = total.number if total else 0
        text = self._reason(total) or (total.words if total else "")
        if not self._said.isActive():
            self.ui.sum.setText(text)
        possible = total is not None and bool(self._serials) and number != 0
        within = number is None or number <= MAX_TASKS_PER_REQUEST
        button.setEnabled(possible and within and self._session is not None)
        button.setText(
            f"Create {words.count(number, 'task')}" if number and possible else "Create tasks"
        )

    def _reason(self, total: TaskCount | None) -> str:
        """Return why nothing can be created now, empty when something can."""
        if total is None:
            return "Waiting for the service"
        if not self._serials:
            return "Select phones on the left"
        if self._is_multi_account and total.number == 0 and self._script is not None:
            return "The selected phones have no account: run “Match accounts” first"
        if total.number == 0:
            return f"{total.words}: fill in the list above"
        if total.number is not None and total.number > MAX_TASKS_PER_REQUEST:
            return f"{total.words}; at most {MAX_TASKS_PER_REQUEST:,} at once"
        return ""

    def _take_created(self, created: CreatedTasks) -> None:
        self._is_creating = False
        self._token = str(uuid.uuid4())
        self.ui.sum.setText(f"{words.count(created.created_count, 'task')} created")
        self._said.start(SAID_MILLISECONDS)
        self._count()
        for warning in created.warnings:
            self.warned.emit(warning)
        self.created.emit(created)

    def _take_error(self, error: TikMatrixError) -> None:
        self._is_creating = False
        self._count()
        if isinstance(error, InvalidParameters) and error.errors:
            self._place(self.ui.form.show_errors(error.errors))
        else:
            self._say_error(str(error))

    def _place(self, errors: list[FieldError]) -> None:
        """Show the errors that are about no field of the script."""
        rest: list[str] = []
        for error in errors:
            name = error.field.partition(".")[0]
            if name in ("serials", "usernames"):
                self.ui.targetsError.setText(error.message)
                self.ui.targetsError.show()
            else:
                rest.append(f"{error.field}: {error.message}" if error.field else error.message)
        if rest:
            self._say_error("\n".join(rest))

    def _say_error(self, text: str) -> None:
        self.ui.error.setText(text)
        self.ui.error.show()

    def _clear_errors(self) -> None:
        self.ui.error.hide()
        self.ui.targetsError.hide()
        self.ui.form.clear_errors()
