"""Direct identifiers are found, and what only looks like one is not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow.eventlog.privacy.identifiers import find, redact, survey

FOUND = {
    "mail": ["ann.lee@example.com", "王伟@例子.com", "a+b@mail.example.co.uk", "mailto:jo_e@x-y.de"],
    "phone": [
        "13912345678", "+86 139 1234 5678", "86-13912345678", "010-62345678", "0571-8888 1234", "+1 (212) 555-0147",
        "(212) 555-0147", "212-555-0147", "+49 170 1234567", "+49 (0)30 123456-78", "0170 1234567", "01701234567",
        "0049 170 1234567", "030/1234567", "+491701234567",
    ],
    "iban": ["DE89370400440532013000", "DE89 3704 0044 0532 0130 00", "GB29 NWBK 6016 1331 9268 19"],
    "identity number": ["11010519491231002X", "440308199901101512", "123-45-6789"],
    "card number": ["4111 1111 1111 1111", "5500-0000-0000-0004", "378282246310005"],
}  # fmt: skip
NOTHING = [
    "2026-01-02 03:04:05", "2026-01-02T03:04:05.123+08:00", "INC0012345", "INC-2026-000123", "1234567890", "12345678",
    "4111 1111 1111 1112", "DE89370400440532013001", "110105194912310021", "1.234.567,89", "1,234,567.89",
    "v10.20.30.40", "192.168.100.200", "Release 2026.01.15", "Case 3608", "00012345678", "1.23456789012",
    "user@localhost", "a@b", "@all", "550e8400-e29b-41d4-a716-446655440000", "1767225600000", "20260102030405",
    "SR 2026/000123", "12:30-13:45",
    "res-5EDWFH3HAK3DIM", "10 000 000 000", "2026-01", "1-109135791", "Value 12345678",
]  # fmt: skip


@pytest.mark.parametrize(("word", "text"), [(word, text) for word, texts in FOUND.items() for text in texts])
def test_identifiers_are_found_alone_and_in_a_sentence(word: str, text: str) -> None:
    for around in ("{}", "call {} today", "（{}）", "{}, please", "是{}。"):
        said = around.format(text)
        assert word in {kind.word for kind, _ in find(said)}, said
        digits = [run for run in text.replace("@", " ").split() if len(run) >= 7]
        assert not any(run in redact(said) for run in digits), redact(said)


@pytest.mark.parametrize("text", NOTHING)
def test_ids_times_and_amounts_are_none(text: str) -> None:
    assert list(find(text)) == []
    assert redact(text) == text


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet="0123456789+-() @.aXé王", max_size=60))
def test_redacting_is_final(text: str) -> None:
    once = redact(redact(text))
    assert redact(once) == once


def test_one_sure_sign_is_enough_a_chance_one_is_not() -> None:
    ids = [str(20_000_000_000 + n) for n in range(40)]
    assert survey([*ids, "13912345678"]) == {}
    assert survey([*ids, "ann@example.com"]) == {"mail": 1}
    assert survey(["13912345678", "13812345678", "", ""]) == {"phone": 2}


def test_a_long_hostile_text_takes_no_time() -> None:
    for text in ("1" * 50_000, "a@" * 20_000, "+1 " * 20_000, "DE89 " * 10_000, "0-" * 20_000, "a." * 20_000 + "@"):
        redact(text)
        assert isinstance(survey([text]), dict)
