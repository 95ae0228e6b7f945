"""The list of files to post: dropped, ordered by drag, removed one by one."""

from collections.abc import Sequence
from pathlib import PurePath

from PySide6.QtCore import (
    QAbstractItemModel,
    QByteArray,
    QEvent,
    QItemSelectionModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFontMetrics,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPixmap,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from tikmatrix_desktop.domain.material import MediaKind
from tikmatrix_desktop.gui.application import body_font
from tikmatrix_desktop.gui.icons import icon_pixmap
from tikmatrix_desktop.gui.media import Found, MediaFile, MediaLoader, local_paths
from tikmatrix_desktop.gui.theme import theme

FILE_ROLE = int(Qt.ItemDataRole.UserRole) + 1
THUMBNAIL_ROLE = FILE_ROLE + 1
ROWS_TYPE = "application/x-tikmatrix-rows"
ROW_HEIGHT = 40
ROWS_SHOWN = 5
Index = QModelIndex | QPersistentModelIndex


def size_words(size: int) -> str:
    """Return a number of bytes as `312 kB`, `4.2 MB`."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} kB"
    if size < 1_000_000_000:
        return f"{size / 1_000_000:.1f} MB"
    return f"{size / 1_000_000_000:.2f} GB"


class MaterialDelegate(QStyledItemDelegate):
    """Draws a file: its place, small picture, name and size, and the cross that removes it."""

    removed = Signal(int)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """Return one row."""
        return QSize(120, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        file = index.data(FILE_ROLE)
        if not isinstance(file, MediaFile):
            return
        colors = theme()
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType] - missing from the stubs
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType] - missing from the stubs
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, colors.color("accent-soft"))
        font = body_font()
        small = body_font()
        small.setPixelSize(11)
        painter.setFont(small)
        painter.setPen(colors.color("text-muted"))
        place = QRect(rect.x() + 2, rect.y(), 20, rect.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, str(index.row() + 1))
        self._picture(painter, QRect(rect.x() + 24, rect.y() + 4, 32, 32), file, index)
        name = QRect(rect.x() + 64, rect.y() + 3, rect.width() - 96, 18)
        painter.setFont(font)
        painter.setPen(colors.color("text"))
        middle = Qt.TextElideMode.ElideMiddle
        shown = QFontMetrics(font).elidedText(index.data(), middle, name.width())
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.setFont(small)
        painter.setPen(colors.color("text-muted"))
        painter.drawText(
            name.translated(0, 16),
            Qt.AlignmentFlag.AlignVCenter,
            f"{file.kind.value}, {size_words(file.size)}",
        )
        cross = self.cross(rect)
        painter.drawPixmap(
            cross.center().x() - 6, cross.center().y() - 6, icon_pixmap("close", size=13)
        )
        painter.restore()

    def cross(self, rect: QRect) -> QRect:
        """Return where in a row the cross is."""
        return QRect(rect.right() - 28, rect.y() + 6, 28, rect.height() - 12)

    def editorEvent(  # noqa: N802 - Qt's own name
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """Remove the file whose cross is clicked."""
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType] - missing from the stubs
        if (
            isinstance(event, QMouseEvent)
            and event.type() == QEvent.Type.MouseButtonRelease
            and self.cross(rect).contains(event.position().toPoint())
        ):
            self.removed.emit(index.row())
            return True
        return super().editorEvent(event, model, option, index)

    def _picture(self, painter: QPainter, area: QRect, file: MediaFile, index: Index) -> None:
        colors = theme()
        path = QPainterPath()
        path.addRoundedRect(QRectF(area), 4, 4)
        picture = index.data(THUMBNAIL_ROLE)
        painter.save()
        painter.setClipPath(path)
        painter.fillRect(area, colors.color("surface-pressed"))
        if isinstance(picture, QPixmap):
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            size = picture.size().scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
            target = QRect(area.topLeft(), size)
            target.moveCenter(area.center())
            painter.drawPixmap(target, picture)
        else:
            name = "film" if file.kind is MediaKind.VIDEO else "image"
            painter.drawPixmap(area.x() + 8, area.y() + 3, icon_pixmap(name, "text-muted", 16))
            font = body_font()
            font.setPixelSize(9)
            painter.setFont(font)
            painter.setPen(colors.color("text-muted"))
            suffix = file.path.rpartition(".")[2].upper()
            bottom = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
            painter.drawText(area.adjusted(0, 0, 0, -1), bottom, suffix)
        painter.restore()


class FileModel(QStandardItemModel):
    """The files; a drag of its rows carries nothing out, and tells the list alone."""

    def mimeTypes(self) -> list[str]:  # noqa: N802 - Qt's own name
        """Return what may be dropped between the rows."""
        return [ROWS_TYPE]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802
        """Return what a drag of rows carries."""
        data = QMimeData()
        data.setData(ROWS_TYPE, QByteArray(str(len(indexes)).encode()))
        return data


class MaterialList(QListView):
    """Files in the order they will be posted. Files and folders are taken from the desktop."""

    changed = Signal()
    left_out = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("materials")
        self.files_model = FileModel(0, 1, self)
        self.setModel(self.files_model)
        delegate = MaterialDelegate(self)
        delegate.removed.connect(self.remove_row)
        self.setItemDelegate(delegate)
        self.loader = MediaLoader(self)
        self.loader.found.connect(self._take)
        self.loader.thumbnail.connect(self._take_thumbnail)
        self.kind: MediaKind | None = None
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDragDropOverwriteMode(False)
        self.setDropIndicatorShown(True)
        self.setUniformItemSizes(True)
        self.setAccessibleName("Files to post")
        self.destroyed.connect(self.loader.stop)
        self._fit()

    @property
    def files(self) -> list[MediaFile]:
        """The files, in order."""
        rows = range(self.files_model.rowCount())
        return [self.files_model.item(row).data(FILE_ROLE) for row in rows]

    def add_paths(self, paths: list[str]) -> None:
        """Walk these files and folders in the background and append what can be posted."""
        if paths:
            self.loader.start_walk(paths)

    def clear(self) -> None:
        """Take all files out."""
        self.files_model.removeRows(0, self.files_model.rowCount())
        self._after_change()

    def remove_row(self, row: int) -> None:
        """Take one file out."""
        self.files_model.removeRow(row)
        self._after_change()

    def remove_selected(self) -> None:
        """Take the selected files out."""
        rows = sorted((index.row() for index in self.selectedIndexes()), reverse=True)
        for row in rows:
            self.files_model.removeRow(row)
        if rows:
            self._after_change()

    def move_rows(self, rows: list[int], target: int) -> None:
        """Put these rows, in their order, before the row that is at `target` now."""
        taken = [self.files_model.takeRow(row) for row in sorted(rows, reverse=True)]
        place = target - sum(row < target for row in rows)
        for row in taken:
            self.files_model.insertRow(place, row)
        self.clearSelection()
        for row in range(place, place + len(taken)):
            flag = QItemSelectionModel.SelectionFlag.Select
            self.selectionModel().select(self.files_model.index(row, 0), flag)
        if taken:
            self._after_change()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own name
        """Return room for a few files, and for the invitation when there is none."""
        rows = max(2, min(ROWS_SHOWN, self.files_model.rowCount()))
        return QSize(200, rows * ROW_HEIGHT + 6)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own name
        """Delete removes; Alt with an arrow moves, as dragging does."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_selected()
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier and event.key() in (
            Qt.Key.Key_Up,
            Qt.Key.Key_Down,
        ):
            self._move_current(-1 if event.key() == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's own name
        """Welcome files, and rows of this list."""
        if event.source() is self:
            super().dragEnterEvent(event)
        elif local_paths(event.mimeData()):
            self._glow(True)
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802 - Qt's own name
        """Keep welcoming them."""
        if event.source() is self:
            super().dragMoveEvent(event)
        elif local_paths(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 - Qt's own name
        """Say no more that a drop would land here."""
        super().dragLeaveEvent(event)
        self._glow(False)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's own name
        """Take files from the desktop, or move rows."""
        self._glow(False)
        if event.source() is self:
            rows = sorted(index.row() for index in self.selectedIndexes())
            # Said to be a copy, or Qt would remove the rows that were just moved.
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.move_rows(rows, self._row_at(event.position().toPoint()))
            return
        paths = local_paths(event.mimeData())
        if paths:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.add_paths(paths)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own name
        """Draw the rows, or the invitation to drop something."""
        super().paintEvent(event)
        if self.files_model.rowCount():
            return
        painter = QPainter(self.viewport())
        area = self.viewport().rect()
        middle = area.center()
        painter.drawPixmap(middle.x() - 10, middle.y() - 26, icon_pixmap("upload", "accent", 20))
        painter.setPen(theme().color("text"))
        text = area.adjusted(8, area.height() // 2, -8, 0)
        center = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(text, center, "Drop videos, images or folders here")

    def _take(self, found: Found) -> None:
        files = found.files
        if self.files_model.rowCount() == 0 and files:
            # What most of the files are; of as many each, what the first is.
            kinds = [file.kind for file in files]
            self.kind = max(dict.fromkeys(kinds), key=kinds.count)
        wanted = "an image" if self.kind is MediaKind.IMAGE else "a video"
        kept = [file for file in files if file.kind is self.kind]
        others = [f"{_name(file)} (not {wanted})" for file in files if file.kind is not self.kind]
        left_out = found.left_out + others
        for file in kept:
            self._append(file)
        if kept:
            self._after_change()
        self.left_out.emit(left_out)

    def _append(self, file: MediaFile) -> None:
        item = QStandardItem(_name(file))
        item.setData(file, FILE_ROLE)
        item.setToolTip(file.path)
        item.setEditable(False)
        item.setDropEnabled(False)
        self.files_model.appendRow(item)
        if file.kind is MediaKind.IMAGE:
            self.loader.start_thumbnail(file.path)

    def _take_thumbnail(self, path: str, image: QImage) -> None:
        pixmap = QPixmap.fromImage(image)
        for item in self.files_model.findItems(PurePath(path).name):
            if item.data(FILE_ROLE).path == path:
                item.setData(pixmap, THUMBNAIL_ROLE)

    def _move_current(self, step: int) -> None:
        row = self.currentIndex().row()
        target = row + step
        if row < 0 or not 0 <= target < self.files_model.rowCount():
            return
        self.move_rows([row], target if step < 0 else target + 1)
        self.setCurrentIndex(self.files_model.index(target, 0))

    def _row_at(self, point: QPoint) -> int:
        index = self.indexAt(point)
        if not index.isValid():
            return self.files_model.rowCount()
        below = point.y() > self.visualRect(index).center().y()
        return index.row() + 1 if below else index.row()

    def _after_change(self) -> None:
        self._fit()
        self.viewport().update()
        self.changed.emit()

    def _fit(self) -> None:
        self.setFixedHeight(self.sizeHint().height())

    def _glow(self, on: bool) -> None:
        self.setProperty("dropping", on)
        self.style().unpolish(self)
        self.style().polish(self)


def _name(file: MediaFile) -> str:
    return PurePath(file.path).name
