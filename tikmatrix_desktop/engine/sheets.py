"""Tables as spreadsheets write them: CSV and XLSX, read to rows of text and written from them."""

import codecs
import csv
import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

MAX_ROWS = 10_001
MAX_COLUMNS = 100
MAX_CELL_CHARACTERS = 10_000
MAX_UNPACKED_BYTES = 64 * 1024 * 1024
MAX_PARTS = 1_000

_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_DELIMITERS = ",;\t|"
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
# What a spreadsheet takes for a formula when it opens a file; an apostrophe before it says text.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


class SheetError(ValueError):
    """The file is no table that can be read; the message says why and what to do."""


@dataclass
class Sheet:
    """A table's rows as text, blank ones left out, each with its line: 1 is the first of the file.

    `doubtful` are the cells of which the spreadsheet made something else than what was typed:
    (line, column from 0) and what.
    """

    rows: list[tuple[int, list[str]]] = field(default_factory=list[tuple[int, list[str]]])
    doubtful: dict[tuple[int, int], str] = field(default_factory=dict[tuple[int, int], str])
    warnings: list[str] = field(default_factory=list[str])

    def add(self, line: int, cells: Sequence[str]) -> None:
        """Add a row. Raises `SheetError` when there are too many, or one is too large."""
        if len(cells) > MAX_COLUMNS:
            raise SheetError(f"line {line} has {len(cells)} columns; at most {MAX_COLUMNS}")
        if any(len(cell) > MAX_CELL_CHARACTERS for cell in cells):
            raise SheetError(f"line {line} has a cell of over {MAX_CELL_CHARACTERS} characters")
        texts = [_unguarded(cell) for cell in cells]
        if any(text.strip() for text in texts):
            self.rows.append((line, texts))
        if len(self.rows) > MAX_ROWS:
            raise SheetError(f"the table has more than {MAX_ROWS - 1} rows; split it")


def read_sheet(
    content: bytes, is_heading: Callable[[str], bool], encoding: str | None = None
) -> Sheet:
    """Read a CSV or XLSX file, told apart by what is in it. Raises `SheetError`.

    `is_heading` says which texts are headings: the delimiter of a CSV file is the one that shows
    most of them. `encoding` is that of a CSV file that does not tell its own.
    """
    if content.startswith(_ZIP):
        return _read_xlsx(content)
    if content.startswith(_OLD_EXCEL):
        raise SheetError("this is a file of an old Excel (.xls); save it as .xlsx or as CSV")
    return _read_csv(content, is_heading, encoding)


def write_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Return a CSV file that every spreadsheet opens: commas, UTF-8 with its mark, no formulas."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_guarded(cell) for cell in row] for row in rows)
    return codecs.BOM_UTF8 + text.getvalue().encode()


def write_xlsx(rows: Iterable[Sequence[str]], title: str) -> bytes:
    """Return an XLSX file of one sheet, every cell a text, no formulas."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    workbook = Workbook(write_only=True)
    sheet: Any = workbook.create_sheet(title)
    for row in rows:
        cells: list[Any] = []
        for text in row:
            cell: Any = WriteOnlyCell(sheet, value=_guarded(text))
            cell.data_type = "s"
            cell.number_format = "@"
            cells.append(cell)
        sheet.append(cells)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def _guarded(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _unguarded(text: str) -> str:
    return text[1:] if _GUARDED.match(text) else text


# --- CSV ---


def _read_csv(content: bytes, is_heading: Callable[[str], bool], encoding: str | None) -> Sheet:
    sheet = Sheet()
    text = _text_of(content, encoding, sheet.warnings)
    if "\0" in text:
        raise SheetError("this is no table: there are zero bytes in it")
    named = _SEPARATOR_LINE.match(text)
    if named:
        text = text[named.end() :]
    delimiter = named[1] if named else _delimiter_of(text, is_heading)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 0
    try:
        for line, cells in enumerate(reader, start=1):
            sheet.add(line, cells)
    except csv.Error as error:
        raise SheetError(
            f"line {line + 1} cannot be read: {error}; is a quotation mark missing there?"
        ) from error
    return sheet


def _text_of(content: bytes, encoding: str | None, told: list[str]) -> str:
    if encoding is not None:
        try:
            return content.decode(encoding).removeprefix("\ufeff")
        except (LookupError, UnicodeDecodeError) as error:
            raise SheetError(f"the file is not in {encoding}: {error}") from error
    try:
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return content.decode("utf-16")
        pairs = content[:400]
        if pairs[1::2].count(0) > len(pairs) // 4:
            return content.decode("utf-16-le")
        if pairs[::2].count(0) > len(pairs) // 4:
            return content.decode("utf-16-be")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        told.append(
            "the file is not in UTF-8 and was read as Windows-1252: look at names with accents,"
            " or send the right `encoding`"
        )
        return content.decode("cp1252", "replace")


def _delimiter_of(text: str, is_heading: Callable[[str], bool]) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")

    def headings(delimiter: str) -> int:
        (cells,) = csv.reader([first], delimiter=delimiter)
        return sum(is_heading(cell) for cell in cells)

    return max(_DELIMITERS, key=headings)


# --- XLSX ---


def _read_xlsx(content: bytes) -> Sheet:
    _check_package(content)
    from openpyxl import load_workbook

    sheet = Sheet()
    try:
        with warnings.catch_warnings():
            # It warns of what it does not know: styles and filters, of no interest here.
            warnings.simplefilter("ignore")
            workbook = load_workbook(
                io.BytesIO(content), read_only=True, data_only=True, keep_links=False
            )
            try:
                _take_rows(sheet, workbook.worksheets[0])
            finally:
                workbook.close()
    except SheetError:
        raise
    except Exception as error:  # broken files make it raise whatever they break in it
        raise SheetError(
            f"the XLSX file cannot be read: {type(error).__name__}: {error}"
        ) from error
    return sheet


def _check_package(content: bytes) -> None:
    """Refuse what unpacks to too much, and XML that declares entities, before it is parsed."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            # What a part says of its size is also how far it is read.
            if len(parts) > MAX_PARTS or sum(p.file_size for p in parts) > MAX_UNPACKED_BYTES:
                raise SheetError("the XLSX file unpacks to too much; save the table as CSV")
            if any(part.flag_bits & 1 for part in parts):
                raise SheetError("the XLSX file has a password; save it without one")
            for part in parts:
                with package.open(part) as file:
                    if b"<!DOCTYPE" in file.read(4096).replace(b"\0", b"").upper():
                        raise SheetError("the XLSX file declares entities, as no spreadsheet does")
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError) as error:
        raise SheetError(f"the XLSX file is damaged: {error}") from error


def _take_rows(sheet: Sheet, source: "ReadOnlyWorksheet | Any") -> None:
    # What a file says of its own size may be wrong either way.
    source.reset_dimensions()
    rows = source.iter_rows(values_only=True, max_row=10 * MAX_ROWS, max_col=MAX_COLUMNS + 1)
    for line, values in enumerate(rows, start=1):
        cells = [_cell_text(value) for value in values]
        while cells and not cells[-1].strip():
            cells.pop()
        sheet.add(line, cells)
        for column, value in enumerate(values):
            if isinstance(value, date | time | timedelta):
                sheet.doubtful[line, column] = "the spreadsheet took it for a date or time"
            elif isinstance(value, int | float) and abs(value) >= 1e15:
                sheet.doubtful[line, column] = "the spreadsheet rounded this long number"


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
