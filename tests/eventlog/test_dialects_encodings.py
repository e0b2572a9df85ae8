"""Encodings by evidence: the letters come out right, or the choice is said, or the file is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from svcflow.errors import InputError
from svcflow.eventlog import encodings
from svcflow.eventlog.raw import Stated
from svcflow.eventlog.readers import delimited

TEXTS = {
    "simplified": """\
案件编号,活动,时间,处理人
1,受理投诉,2024-01-11 10:00,张三
1,转派二线,2024-01-11 11:00,李四
2,结案,2024-01-12 11:00,王小明
""",
    "simplified words": """\
工单号,状态,更新时间,负责人
T1,等待客户回复,2024-01-11 10:00,欧阳娜
T1,供应商处理中,2024-01-11 11:00,诸葛亮
""",
    "traditional": """\
案件編號,活動,時間,處理人
1,受理投訴,2024-01-11 10:00,張三
1,轉派二線,2024-01-11 11:00,李四
2,結案,2024-01-12 11:00,王小明
""",
    "traditional words": """\
工單號,狀態,更新時間,負責人
T1,等待客戶回覆,2024-01-11 10:00,歐陽娜
T1,供應商處理中,2024-01-11 11:00,諸葛亮
""",
    "Japanese": """\
案件番号,活動,日時,担当者
1,受付しました,2024-01-11 10:00,山田太郎
1,エスカレーション,2024-01-11 11:00,佐藤花子
""",
    "German": """\
Fall,Tätigkeit,Zeit,Bearbeiter
1,Prüfung ausgelöst,2024-01-11 10:00,Jörg Müller
1,Großer Rückruf,2024-01-11 11:00,Käthe Weiß
""",
    "French": """\
cas,activité,heure,équipe
1,réclamation reçue,2024-01-11 10:00,Hélène
1,clôturé à l'été,2024-01-11 11:00,François
""",
    "Danish": """\
sag,aktivitet,tid,medarbejder
1,åbnet på ny,2024-01-11 10:00,Søren
1,lukket af Bjørn,2024-01-11 11:00,Ærø
""",
    "Polish": """\
sprawa,czynność,czas,osoba
1,zgłoszenie przyjęte,2024-01-11 10:00,Łukasz Wiśniewski
1,zamknięto wątek,2024-01-11 11:00,Małgorzata
""",
    "Czech": """\
případ,činnost,čas,řešitel
1,žádost přijata,2024-01-11 10:00,Jiří Novák
1,uzavřeno úspěšně,2024-01-11 11:00,Zdeněk Dvořák
""",
    "Russian": """\
обращение,действие,время,исполнитель
1,Заявка принята,2024-01-11 10:00,Иванов
1,Закрыто,2024-01-11 11:00,Петрова
""",
}

PROVED = [
    ("simplified", "gb18030"), ("simplified words", "gb18030"), ("traditional", "cp950"),
    ("traditional words", "cp950"), ("traditional", "gb18030"), ("Japanese", "cp932"), ("German", "cp1252"),
    ("French", "cp1252"), ("Danish", "cp1252"), ("Polish", "cp1250"), ("Czech", "cp1250"), ("Russian", "cp1251"),
]  # fmt: skip
UNICODE = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]


@pytest.mark.parametrize("size", [1, 40], ids=["small", "large"])
@pytest.mark.parametrize(("text", "encoding"), [*PROVED, *((text, name) for text in TEXTS for name in UNICODE)])
def test_letters_come_out_right(text: str, encoding: str, size: int, tmp_path: Path) -> None:
    header, *rows = TEXTS[text].splitlines(keepends=True)
    path = tmp_path / "x.csv"
    path.write_bytes((header + "".join(rows) * size).encode(encoding))
    table = delimited.read(path, Stated())
    wanted = [row.strip().split(",") for row in rows] * size
    assert list(table.names) == header.strip().split(",")
    assert [list(row) for row in zip(*(table.load(n).to_pylist() for n in table.names), strict=True)] == wanted


def test_accents_far_down_decide_too(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(
        b"case,activity,time\n" + b"1,a,2024-01-31\n" * 400_000 + "1,受理投诉了,2024-01-31\n".encode("gbk")
    )
    assert encodings.detect(path).name == "gb18030"
    assert delimited.read(path, Stated()).load("activity")[400_000].as_py() == "受理投诉了"


def test_what_one_byte_encodings_cannot_prove_is_said(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"a,b,c\n1,caf\x81 \x8d,2024-01-31\n")
    table = delimited.read(path, Stated())
    assert any("Latin-1" in fact and "state another with `encoding:`" in fact for fact in table.facts)


def test_a_short_text_says_what_else_it_could_be(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes("a,b,c\n1,中,2024-01-31\n".encode("gbk"))
    found = encodings.detect(path)
    assert found.name == "gb18030" or found.note


@pytest.mark.parametrize("name", ["utf-16", "utf-32-le", "gb18030", "utf-8"])
def test_a_stated_encoding_is_verified(name: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"a,b,c\n1,\xff\xfe\xfd\x80,2024\n1")
    with pytest.raises(InputError, match="does not fit"):
        delimited.read(path, Stated(encoding=name))


def test_a_picture_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    for data in (b"\x89PNG\r\n\x1a\n" + bytes(200), bytes(range(256)) * 40, bytes(5000), b"\x1f\x00" * 900):
        path.write_bytes(data)
        with pytest.raises(InputError, match=r"binary data|is empty"):
            delimited.read(path, Stated())
