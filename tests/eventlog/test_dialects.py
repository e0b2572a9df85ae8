"""Hand-made tables as people and systems write them: every cell comes out, and what is left out is said."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from svcflow.errors import InputError
from svcflow.eventlog.raw import RawTable, Stated
from svcflow.eventlog.readers import delimited

HEADER = ["case", "activity", "time"]
ROWS = [
    ["1", "open", "2024-01-31 10:00"],
    ["1", "close", "2024-01-31 11:30"],
    ["2", "open", "2024-02-01 09:15"],
    ["2", "close", "2024-02-01 09:45"],
]


def cells(table: RawTable) -> list[list[Any]]:
    columns = [table.load(name).to_pylist() for name in table.names]
    return [list(row) for row in zip(*columns, strict=True)]


def lines(rows: list[list[str]], delimiter: str = ",") -> str:
    return "".join(delimiter.join(row) + "\n" for row in rows)


PLAIN = lines([HEADER, *ROWS])


@dataclasses.dataclass
class Case:
    text: str | bytes
    rows: list[list[str]] = dataclasses.field(default_factory=lambda: ROWS)
    names: list[str] = dataclasses.field(default_factory=lambda: HEADER)
    said: tuple[str, ...] = ()
    passed: dict[str, int] = dataclasses.field(default_factory=dict)


def quoted(quote: str, delimiter: str = ",") -> str:
    return lines([[quote + cell + quote for cell in row] for row in [HEADER, *ROWS]], delimiter)


LONG = [["1", 'said "no, thanks"', "2024-01-31 10:00"], ["2", "two\nlines", "2024-02-01 10:00"]]
NOTES = [["1", "5 inch", '5" pipe'], ["1", "6 inch", 'a 6" pipe'], ["2", "7 inch", '7" or 8"']]

TABLES = {
    "comma": Case(PLAIN, said=("UTF-8, comma between columns",)),
    "semicolon": Case(lines([HEADER, *ROWS], ";"), said=("semicolon between columns",)),
    "tab": Case(lines([HEADER, *ROWS], "\t")),
    "bar": Case(lines([HEADER, *ROWS], "|")),
    "caret": Case(lines([HEADER, *ROWS], "^")),
    "double bar": Case(lines([HEADER, *ROWS], "||"), said=("'||' between columns",)),
    "double semicolon": Case(lines([HEADER, *ROWS], ";;"), said=("';;' between columns",)),
    "bar tilde bar": Case(lines([HEADER, *ROWS], "|~|")),
    "double colon": Case(lines([HEADER, *ROWS], "::")),
    "long delimiter in quotes": Case(
        'a||b||c\n"1||2"||x||"y ""z"""\n3||4||5\n', [["1||2", "x", 'y "z"'], ["3", "4", "5"]], ["a", "b", "c"]
    ),
    "signs at the end of values": Case(
        "price €;length\n5 €;3 h\n7 €;4 h\n", [["5 €", "3 h"], ["7 €", "4 h"]], ["price €", "length"]
    ),
    "title with commas above words": Case(
        "Tickets, of March\ncase,activity,time\n" + lines(ROWS), said=("above the header 1 line",)
    ),
    "broken bar": Case(lines([HEADER, *ROWS], "¦")),
    "full width comma": Case(lines([HEADER, *ROWS], "，")),
    "blank": Case(
        'case activity time\n1 "open it" 2024-01-31\n1 "close it" 2024-02-01\n',
        [["1", "open it", "2024-01-31"], ["1", "close it", "2024-02-01"]],
    ),
    "an empty cell is no delimiter": Case(
        "case,,activity,time\n1,,a,2024-01-31\n", [["1", "", "a", "2024-01-31"]], ["case", "column 2", *HEADER[1:]]
    ),
    "all quoted": Case(quoted('"')),
    "single quotes": Case(quoted("'"), said=("values in single quotes",)),
    "apostrophes are no quotes": Case(
        "case,who,time\n1,O'Neil,2024-01-31\n2,'t Hart,2024-02-01\n",
        [["1", "O'Neil", "2024-01-31"], ["2", "'t Hart", "2024-02-01"]],
        ["case", "who", "time"],
    ),
    "doubled quotes and line breaks": Case(
        'case,activity,time\n1,"said ""no, thanks""",2024-01-31 10:00\n2,"two\nlines",2024-02-01 10:00\n', LONG
    ),
    "backslash before quotes": Case(
        'case,activity,time\n1,"said \\"no, thanks\\"",2024-01-31 10:00\n2,"two\nlines",2024-02-01 10:00\n',
        LONG,
        said=("backslashes before quotes",),
    ),
    "backslashes that escape nothing": Case(
        'case,path,time\n1,"C:\\new\\",2024-01-31\n2,"D:\\old\\",2024-02-01\n',
        [["1", "C:\\new\\", "2024-01-31"], ["2", "D:\\old\\", "2024-02-01"]],
        ["case", "path", "time"],
    ),
    "both kinds of backslash": Case(
        'case,path,time\n1,"\\"C:\\new\\" it is",2024-01-31\n2,\\N,2024-02-01\n',
        [["1", '"C:\\new" it is', "2024-01-31"], ["2", "", "2024-02-01"]],
        ["case", "path", "time"],
    ),
    "backslash before delimiters": Case(
        "case,activity,time\n1,a\\, then b,2024-01-31\n2,c,2024-02-01\n",
        [["1", "a, then b", "2024-01-31"], ["2", "c", "2024-02-01"]],
    ),
    "blanks before quotes": Case(
        'case, "activity", time\n1, "open, again", 2024-01-31\n2, "b", 2024-02-01\n',
        [["1", "open, again", "2024-01-31"], ["2", "b", "2024-02-01"]],
    ),
    "quotes inside values": Case(lines([["case", "a", "note"], *NOTES]), NOTES, ["case", "a", "note"]),
    "no quoting at all": Case(
        'case;activity;time\n1;"Big" screen;2024-01-31\n2;"small" one;2024-02-01\n3;"odd;2024-02-01\n',
        [["1", '"Big" screen', "2024-01-31"], ["2", '"small" one', "2024-02-01"], ["3", '"odd', "2024-02-01"]],
        said=("quotes are part of values",),
    ),
    "carriage returns": Case(PLAIN.replace("\n", "\r")),
    "both line ends": Case(PLAIN.replace("\n", "\r\n")),
    "mixed line ends": Case(PLAIN.replace("open", "open", 1).replace("\n", "\r\n", 2).replace("11:30\n", "11:30\r")),
    "no line end at the end": Case(PLAIN.rstrip("\n")),
    "blank lines anywhere": Case("\n\n" + PLAIN.replace("\n", "\n\n") + "\n"),
    "lines of blanks and delimiters": Case(
        PLAIN.replace("\n", "\n \t\n", 2).replace("11:30\n", "11:30\n,,,,\n"), passed={"blank rows": 3}
    ),
    "rows without values": Case(
        lines([HEADER, ROWS[0], ["", "", ""], *ROWS[1:], ["", " ", ""]]),
        said=("blank rows: 2 passed over",),
        passed={"blank rows": 2},
    ),
    "header again in the middle": Case(
        lines([HEADER, *ROWS[:2], HEADER, *ROWS[2:]]),
        said=("repeated header rows: 1 passed over",),
        passed={"repeated header rows": 1},
    ),
    "sep line": Case("sep=;\n" + lines([HEADER, *ROWS], ";"), said=("semicolon between columns, as the line 'sep=;'",)),
    "quoted sep line of an odd sign": Case('"sep=#"\r\n' + lines([HEADER, *ROWS], "#")),
    "title": Case(
        "Report generated 2024-03-01, by Ann\n\n" + PLAIN, said=("above the header 1 line left out: 'Report generated",)
    ),
    "title of several lines": Case(
        "Tickets\nDesk: Berlin, Rome\nFrom;To\n" + lines([HEADER, *ROWS], ";"),
        said=("above the header 3 lines left out: 'Tickets' …",),
    ),
    "padded title": Case(
        "Tickets of March,,\n,,\n" + PLAIN, said=("above the header 2 lines left out: 'Tickets of March,,' …",)
    ),
    "remarks above": Case("# exported by X\n# rows: 4\n" + PLAIN, said=("above the header 2 lines",)),
    "total below": Case(PLAIN + "Total,4\n", said=("below the last row 1 line left out: 'Total,4'",)),
    "total as wide as a row": Case(PLAIN + "Total,4,\n", said=("below the last row 1 line left out: 'Total,4,'",)),
    "count below": Case(PLAIN + "(4 rows affected)\n", said=("below the last row 1 line",)),
    "remark below": Case(
        PLAIN + "\nGenerated by Ticketing 3.1\nConfidential\n",
        said=("below the last row 2 lines left out: 'Generated by Ticketing 3.1' …",),
    ),
    "free text below a blank line": Case(PLAIN + "\nsee wiki page\n", said=("below the last row 1 line",)),
    "Chinese total": Case(PLAIN + "合计：4\n", said=("below the last row 1 line left out: '合计：4'",)),
    "title and total": Case("T\n" + PLAIN + "\nTotal: 4 rows\n", said=("above the header", "below the last row")),
    "units": Case(
        "case,activity,time,cost\n[id],[text],[date],[EUR]\n1,a,2024-01-31,5\n1,b,2024-02-01,7.5\n",
        [["1", "a", "2024-01-31", "5"], ["1", "b", "2024-02-01", "7.5"]],
        ["case", "activity", "time", "cost"],
        said=("the row below the header holds units",),
        passed={"rows of units": 1},
    ),
    "types": Case(
        "case;activity;time\nint;varchar(20);datetime\n" + lines(ROWS, ";"), passed={"rows of units": 1}
    ),
    "delimiters at the end": Case(
        PLAIN.replace("\n", ",\n"), [[*row, ""] for row in ROWS], [*HEADER, "column 4"]
    ),
    "delimiters at the end of rows only": Case(
        lines([HEADER]) + lines(ROWS).replace("\n", ",\n"),
        [[*row, ""] for row in ROWS],
        [*HEADER, "column 4"],
        said=("rows end in a delimiter",),
    ),
    "numbers before rows": Case(
        lines([HEADER]) + "".join(f"{n},{','.join(row)}\n" for n, row in enumerate(ROWS, 1)),
        [[str(n), *row] for n, row in enumerate(ROWS, 1)],
        ["column 1", *HEADER],
        said=("rows begin with a number",),
    ),
    "no header": Case(
        lines(ROWS), names=["column 1", "column 2", "column 3"], said=("no header: columns are named",)
    ),
    "decimal commas": Case(
        "case;cost;time\n1;2,5;2024-01-31\n2;3,75;2024-02-01\n",
        [["1", "2,5", "2024-01-31"], ["2", "3,75", "2024-02-01"]],
        ["case", "cost", "time"],
    ),
    "line break in a header": Case(
        'case,"the\nactivity",time\n' + lines(ROWS), names=["case", "the\nactivity", "time"]
    ),
    "console of PostgreSQL": Case(
        " case | activity |       time       \n------+----------+------------------\n"
        + "".join(f" {a:4} | {b:8} | {c}\n" for a, b, c in ROWS)
        + "(4 rows)\n\n",
        said=("the table is drawn with bars and dashes", "below the last row 1 line left out: '(4 rows)'"),
    ),
    "console of MySQL": Case(
        "+------+----------+------------------+\n| case | activity | time             |\n"
        "+------+----------+------------------+\n"
        + "".join(f"| {a:4} | {b:8} | {c} |\n" for a, b, c in ROWS)
        + "+------+----------+------------------+\n4 rows in set (0.00 sec)\n",
        said=("below the last row 2 lines left out",),
    ),
    "Markdown": Case("| case | activity | time |\n|---|:---|---:|\n" + "".join(f"| {' | '.join(r)} |\n" for r in ROWS)),
    "aligned under a rule": Case(
        "case activity  time\n---- --------- ----------------\n"
        + "".join(f"{a:4} {b:9} {c}\n" for a, b, c in [*ROWS, ("3", "ask again", "2024-02-02 08:00")]),
        [*ROWS, ["3", "ask again", "2024-02-02 08:00"]],
        said=("columns are aligned with blanks",),
    ),
    "aligned without a rule": Case(
        "case    activity    time\n"
        + "".join(f"{a:8}{b:12}{c}\n" for a, b, c in [*ROWS, ("3", "", "2024-02-02 08:00")]),
        [*ROWS, ["3", "", "2024-02-02 08:00"]],
    ),
    "zero bytes": Case(
        PLAIN.replace("open", "op\0en", 1), said=("1 zero bytes between the characters left out",)
    ),
    "end of an old text": Case(PLAIN + "\x1a"),
    "byte order mark": Case(PLAIN.encode("utf-8-sig"), said=("UTF-8 with a byte order mark",)),
    "UTF-32": Case(PLAIN.encode("utf-32"), said=("UTF-32",)),
    "UTF-32 without mark": Case(PLAIN.encode("utf-32-be"), said=("UTF-32",)),
    "UTF-16 with a total": Case((PLAIN + "Total,4\n").encode("utf-16"), said=("UTF-16", "below the last row")),
    "UTF-16 without mark below a title": Case(("Tickets\n" + PLAIN).encode("utf-16-be"), said=("above the header",)),
}  # fmt: skip


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "table.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


@pytest.mark.parametrize("name", TABLES)
def test_tables_as_they_are_written(name: str, tmp_path: Path) -> None:
    case = TABLES[name]
    table = delimited.read(write(tmp_path, case.text), Stated())
    assert list(table.names) == case.names
    assert cells(table) == case.rows
    assert not table.bad
    assert dict(table.passed) == case.passed
    for words in case.said:
        assert any(words in fact for fact in table.facts), (words, table.facts)
    if not case.said and not case.passed:
        assert not any("left out" in fact or "passed over" in fact for fact in table.facts)


REFUSED = {
    "a row cut off below a blank line of many": (PLAIN.replace("\n", "\n\n") + "3,open", "row 5: 2 columns where 3"),
    "commas in a note that is not quoted": (
        "case,activity,note\nA,open,hi\n" + "A,ask,well, well\n" * 9,
        "the first line does not fit 9 of 10 rows (row 2: 4 columns where 3 are expected)",
    ),
    "commas in a note between numbers": (
        "case,activity,time,note\n1,a,2024-01-31,hi\n" + "1,b,2024-01-31,well, well\n" * 9,
        "the first line does not fit 9 of 10 rows (row 2: 5 columns where 4 are expected)",
    ),
    "a row cut off": (PLAIN + "3,open\n", "row 5: 2 columns where 3 are expected"),
    "a row too long": (PLAIN + "3,open,2024-03-01,x,y\n", "row 5: 5 columns where 3 are expected"),
    "a quote that swallows rows": (
        'a,b,time,note\n1,a,2024-01-31,x\n1,b,2024-01-31,"y\n1,c,2024-01-31,z\n2,a,2024-02-01,"z\n2,b,2024-02-01,"z"\n',
        "row 2, column 'note': a quote is opened that swallows 2 rows below it",
    ),
    "a quote that swallows the rest": (
        'case,activity,time,note\n1,"a,2024-01-31,x\n1,b,2024-01-31,y\n1,c,2024-01-31,z\n2,a,2024-02-01,z\n',
        "row 1: a quote is opened and never closed",
    ),
    "UTF-8 with one wrong byte": (
        ("case,activity,time\n" + "1,überprüfen,2024-01-31\n" * 20).encode()[:-30] + b"\xff,2024-02-01\n",
        "is UTF-8 but for byte 0xFF at offset",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_named(name: str, tmp_path: Path) -> None:
    text, message = REFUSED[name]
    with pytest.raises(InputError) as refused:
        delimited.read(write(tmp_path, text), Stated())
    assert message in refused.value.message
    assert refused.value.hint


@pytest.mark.parametrize("handling", [True, False])
def test_rows_that_a_quote_swallows_are_never_dropped_in_silence(handling: bool, tmp_path: Path) -> None:
    text = 'a,b,c\n1,"x,2024-01-31\n2,y,2024-01-31\n3,z,2024-02-01\n4,w,2024-02-01\n'
    with pytest.raises(InputError, match="a quote is opened"):
        delimited.read(write(tmp_path, text), Stated(drop_bad_rows=handling))


def test_a_stated_delimiter_wins(tmp_path: Path) -> None:
    path = write(tmp_path, "a;b,c\n1;2,3\n")
    assert delimited.read(path, Stated(delimiter=";")).names == ("a", "b,c")
    assert delimited.read(path, Stated(delimiter="comma")).names == ("a;b", "c")
    with pytest.raises(InputError, match="cannot divide columns"):
        delimited.read(path, Stated(delimiter='"'))


def test_row_numbers_pass_blank_rows_headers_and_bad_rows(tmp_path: Path) -> None:
    text = lines([HEADER, ROWS[0], ["", "", ""], ["x"], HEADER, *ROWS[1:]])
    table = delimited.read(write(tmp_path, text), Stated(drop_bad_rows=True))
    assert [table.number(row) for row in range(table.rows)] == [1, 5, 6, 7]
    assert [row.row for row in table.bad] == [3]


def test_every_published_table_is_read(real: Callable[[str], Path]) -> None:
    folder = real("helpdesk.csv").parent
    for path in [*folder.glob("*.csv"), *folder.glob("shapes/*")]:
        table = delimited.read(path, Stated(drop_bad_rows=True))
        assert table.rows + len(table.bad) >= 4
        assert not any("left out" in fact for fact in table.facts), (path, table.facts)
        assert len(table.bad) == (path.name == "boston311-100-bad.tsv"), path
