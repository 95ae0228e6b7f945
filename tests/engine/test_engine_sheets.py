"""Tables as spreadsheets write them, and as somebody who means harm does."""

import codecs
import contextlib
import csv
import io
import zipfile
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from tikmatrix_desktop.engine import sheets
from tikmatrix_desktop.engine.sheets import SheetError, read_sheet, write_csv, write_xlsx

HEAD = ["username", "password", "note"]

# What a cell can hold: XLSX has no other signs than those that XML has, and both end lines alike.
CELLS = st.text(
    st.characters(min_codepoint=32, exclude_categories=("Cs", "Cn", "Co", "Cc"))
    | st.sampled_from("=+-@';,\"\n|\t"),
    max_size=20,
)
TABLES = st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=8)


def is_heading(text: str) -> bool:
    return text in {"username", "password", "note"}


def rows(content: bytes, encoding: str | None = None) -> list[list[str]]:
    return [cells for _, cells in read_sheet(content, is_heading, encoding).rows]


def padded(table: list[list[str]]) -> list[list[str]]:
    return [[*cells, *[""] * (3 - len(cells))] for cells in table]


def workbook(*table: list[Any]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in table:
        sheet.append(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@given(TABLES)
def test_what_is_written_as_csv_comes_back(table: list[list[str]]) -> None:
    content = write_csv([HEAD, *table])
    kept = [cells for cells in table if any(cell.strip() for cell in cells)]
    assert rows(content) == [HEAD, *kept]


@settings(max_examples=40)
@given(TABLES)
def test_what_is_written_as_xlsx_comes_back(table: list[list[str]]) -> None:
    content = write_xlsx([HEAD, *table], "accounts")
    kept = [cells for cells in table if any(cell.strip() for cell in cells)]
    assert padded(rows(content)) == [HEAD, *kept]


@given(TABLES)
def test_no_cell_is_a_formula_to_a_spreadsheet(table: list[list[str]]) -> None:
    content = write_csv([HEAD, *table]).decode("utf-8-sig")
    for cells in csv.reader(io.StringIO(content, newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)


def test_no_cell_of_an_xlsx_file_is_a_formula() -> None:
    content = write_xlsx([HEAD, ["=1+1", "@SUM(A1)", "-2+3"]], "accounts")
    sheet: Any = load_workbook(io.BytesIO(content)).active
    assert [cell.data_type for cell in sheet[2]] == ["s", "s", "s"]
    assert [cell.number_format for cell in sheet[2]] == ["@", "@", "@"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_a_csv_file_is_read_however_it_was_saved(delimiter: str, encoding: str) -> None:
    text = delimiter.join(HEAD) + "\r\n" + delimiter.join(["josé", "p,w;x", "é"]) + "\r\n"
    if delimiter in ",;":
        text = text.replace("p,w;x", '"p,w;x"')
    assert rows(text.encode(encoding)) == [HEAD, ["josé", "p,w;x", "é"]]


def test_an_encoding_that_is_told_is_used() -> None:
    content = "username\n用户\n".encode("gb18030")
    assert rows(content, "gb18030") == [["username"], ["用户"]]
    with pytest.raises(SheetError, match="not in ascii"):
        rows(content, "ascii")
    with pytest.raises(SheetError, match="not in klingon"):
        rows(content, "klingon")


def test_a_guess_of_the_encoding_is_told() -> None:
    sheet = read_sheet("username\njosé\n".encode("cp1252"), is_heading)
    assert "Windows-1252" in sheet.warnings[0]


def test_excel_s_own_line_about_the_delimiter_is_no_row() -> None:
    assert rows(b"sep=;\r\nusername;note\r\na;b\r\n") == [["username", "note"], ["a", "b"]]


def test_lines_are_numbered_as_a_spreadsheet_shows_them() -> None:
    sheet = read_sheet(b'username,note\n\na,"two\nlines"\nb,\n', is_heading)
    assert [line for line, _ in sheet.rows] == [1, 3, 4]


def test_excel_s_numbers_are_as_they_were_typed() -> None:
    sheet = read_sheet(workbook(HEAD, [1.0, 123456789012, True], [None, 0.5, None]), is_heading)
    assert sheet.rows[1] == (2, ["1", "123456789012", "TRUE"])
    assert sheet.rows[2] == (3, ["", "0.5"])


def test_a_cell_that_excel_changed_is_doubtful() -> None:
    sheet = read_sheet(workbook(HEAD, ["a", date(2026, 1, 2), 12345678901234567890]), is_heading)
    assert set(sheet.doubtful) == {(2, 1), (2, 2)}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'username\n"never closed\n', "quotation mark"),
        (b"user\0name\0" + b"\0\0\0abc\0", "zero bytes"),
        (b"\xd0\xcf\x11\xe0old excel", "save it as .xlsx"),
        (b"PK\x03\x04 but no more", "damaged"),
        (b"username" + b",x" * 200, "columns"),
        (b"username\n" + b"x" * 20_000, "characters"),
        (b"username\n" + b"x\n" * 10_001, "split it"),
    ],
)
def test_what_is_no_table_is_refused_in_words(content: bytes, says: str) -> None:
    with pytest.raises(SheetError, match=says):
        read_sheet(content, is_heading)


def package(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in parts.items():
            written.writestr(name.replace("__", "/") + ".xml", content)
    return file.getvalue()


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = package(xl__workbook=b"\0" * (sheets.MAX_UNPACKED_BYTES + 1))
    assert len(bomb) < 100_000
    with pytest.raises(SheetError, match="unpacks to too much"):
        read_sheet(bomb, is_heading)


def test_entities_are_refused() -> None:
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    with pytest.raises(SheetError, match="entities"):
        read_sheet(package(xl__sharedStrings=laughs), is_heading)
    wide = laughs.decode().encode("utf-16")
    with pytest.raises(SheetError, match="entities"):
        read_sheet(package(xl__sharedStrings=wide), is_heading)


def test_a_zip_file_that_is_no_workbook_is_refused() -> None:
    with pytest.raises(SheetError, match="cannot be read"):
        read_sheet(package(something=b"<x/>"), is_heading)


@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", codecs.BOM_UTF16_LE]))
def test_any_bytes_are_a_table_or_refused(content: bytes, start: bytes) -> None:
    with contextlib.suppress(SheetError):
        read_sheet(start + content, is_heading)
