"""Guards: what they mean, what they refuse and where, and that nothing in them can run."""

from __future__ import annotations

import math
import pickle
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow.guards import Field, Guard, GuardError, compile_guard

FIELDS = {
    field.name: field
    for field in (
        Field("claim", "number"),
        Field("limit", "number"),
        Field("rounds", "integer"),
        Field("severity", "enum", ("low", "medium", "high", "critical")),
        Field("was", "enum", ("low", "medium", "high", "critical")),
        Field("verdict", "enum", ("accepted", "rework")),
        Field("line", "enum", ("1", "2", "3")),
        Field("class", "enum", ("return", "特急", "x-ray")),
        Field("valid", "boolean"),
        Field("status", "string"),
        Field("opened", "datetime"),
        Field("Involved ST", "string"),
    )
}


def judge(text: str, **data: object) -> bool | None:
    return compile_guard(text, FIELDS).evaluate(data)


def refusal(text: str) -> GuardError:
    with pytest.raises(GuardError) as caught:
        compile_guard(text, FIELDS)
    return caught.value


@pytest.mark.parametrize(
    ("text", "data", "truth"),
    [
        ("valid", {"valid": True}, True),
        ("not valid", {"valid": "false"}, True),
        ("not valid", {"valid": "是"}, False),
        ("valid == true", {"valid": 1.0}, True),
        ("claim > 500", {"claim": "500.5"}, True),
        ("claim > 500", {"claim": 500}, False),
        ("claim >= -1.5", {"claim": -1.5}, True),
        ("100 < claim <= 500", {"claim": 500}, True),
        ("100 < claim <= 500", {"claim": 100}, False),
        ("claim > limit", {"claim": 3, "limit": "2"}, True),
        ("rounds == 2", {"rounds": "2"}, True),
        ("severity >= high", {"severity": "critical"}, True),
        ("severity >= high", {"severity": "low"}, False),
        ("severity < medium", {"severity": " LOW "}, True),
        ("severity == 'high'", {"severity": "high"}, True),
        ("high <= severity", {"severity": "high"}, True),
        ("severity > was", {"severity": "high", "was": "low"}, True),
        ("severity in (low, high)", {"severity": "medium"}, False),
        ("severity not in [low, high]", {"severity": "medium"}, True),
        ("severity in low", {"severity": "low"}, True),
        ("line >= 2", {"line": 3}, True),
        ("line == '1'", {"line": "1"}, True),
        ("class == return", {"class": "return"}, True),
        ("class == 特急", {"class": "特急"}, True),
        ("class == 'x-ray'", {"class": "x-ray"}, True),
        ("status == 'done'", {"status": "done"}, True),
        ("status in ('done', 'closed')", {"status": "open"}, False),
        ("`Involved ST` == 'A1'", {"Involved ST": "A1"}, True),
        ("opened >= '2026-11-02'", {"opened": "2026-11-02T00:00:00+08:00"}, True),
        ("opened < '2026-11-02T09:00'", {"opened": datetime(2026, 11, 2, 8, 59, tzinfo=UTC)}, True),
        ("severity == high", {"severity": "catastrophic"}, False),
        ("severity != high", {"severity": "catastrophic"}, True),
        ("severity >= high", {"severity": "catastrophic"}, None),
        ("true", {}, True),
        ("1 > 2", {}, False),
        ("verdict == rework and\n  not valid", {"verdict": "rework", "valid": 0}, True),
    ],
)
def test_a_guard_means_what_it_says(text: str, data: dict[str, object], truth: bool | None) -> None:
    assert judge(text, **data) is truth


@pytest.mark.parametrize("missing", [None, "", math.nan, "absent"])
@pytest.mark.parametrize("text", ["claim > 1", "claim != 1", "not (claim == 1)", "claim in (1, 2)", "1 <= claim < 3"])
def test_missing_data_is_unknown(text: str, missing: object) -> None:
    data = {} if missing == "absent" else {"claim": missing}
    assert judge(text, **data) is None


@pytest.mark.parametrize(
    ("field", "value"), [("claim > 1", "12 EUR"), ("valid", "maybe"), ("opened > '2026-01-01'", "soon")]
)
def test_what_cannot_be_read_is_unknown(field: str, value: str) -> None:
    assert judge(field, claim=value, valid=value, opened=value) is None


TRUTHS = st.sampled_from([True, False, None])
KLEENE = {True: 1.0, None: 0.5, False: 0.0}


@given(TRUTHS, TRUTHS, TRUTHS)
def test_the_logic_is_kleenes(a: bool | None, b: bool | None, c: bool | None) -> None:
    fields = {name: Field(name, "boolean") for name in "abc"}
    data = {"a": a, "b": b, "c": c}
    values = {name: KLEENE[value] for name, value in data.items()}
    expected = max(min(values["a"], 1 - values["b"]), values["c"])
    truth = compile_guard("a and not b or c", fields).evaluate(data)
    assert KLEENE[truth] == expected


NAMES = ["claim", "limit"]
COMPARISONS = st.builds(
    "{} {} {}".format,
    st.sampled_from(NAMES),
    st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
    st.sampled_from(["claim", "limit", "0", "1", "2.5", "-1"]),
)
CONDITIONS = st.recursive(
    COMPARISONS,
    lambda inner: (
        st.builds("({} and {})".format, inner, inner)
        | st.builds("({} or {})".format, inner, inner)
        | st.builds("not {}".format, inner.map(lambda text: f"({text})"))
    ),
    max_leaves=8,
)


@settings(deadline=None, max_examples=200)
@given(CONDITIONS, st.integers(-2, 4), st.integers(-2, 4))
def test_with_all_data_a_guard_is_what_python_says(text: str, claim: int, limit: int) -> None:
    expected = eval(text, {"claim": claim, "limit": limit})  # the oracle: the guard is also a Python expression
    assert judge(text, claim=claim, limit=limit) is expected


@settings(deadline=None, max_examples=200)
@given(CONDITIONS, st.none() | st.integers(-2, 4), st.integers(-2, 4))
def test_what_is_known_stays_true_when_more_is_known(text: str, claim: int | None, limit: int) -> None:
    before = judge(text, claim=claim)
    if before is not None:
        assert judge(text, claim=claim, limit=limit) is before


@pytest.mark.parametrize(
    ("text", "message", "columns"),
    [
        ("not vald", "unknown field 'vald'; did you mean 'valid'?", (5, 9)),
        (
            "verdict == reworked",
            "'reworked' is not a value of verdict (accepted, rework); did you mean 'rework'?",
            (12, 20),
        ),
        ("claim > '500'", "cannot compare a number with a text", (9, 14)),
        ("claim", "a condition must be true or false; this is a number", (1, 6)),
        ("  claim > '5'", "cannot compare a number with a text", (11, 14)),
        ("class == 特急 and vald", "unknown field 'vald'", (17, 21)),
        ("status == resolved", "a text needs quotes: 'resolved'", (11, 19)),
        ("status > 'a'", "has no order", (10, 13)),
        ("valid > false", "has no order", (9, 14)),
        ("severity == valid", "cannot compare a word with true or false", (13, 18)),
        ("severity > verdict", "do not have the same values", (12, 19)),
        ("line >= 4", "'4' is not a value of line (1, 2, 3)", (9, 10)),
        ("claim = 5", "write '=='", (7, 8)),
        ("valid && claim > 1", "write 'and'", (7, 9)),
        ("valid || claim > 1", "write 'or'", (7, 9)),
        ("!valid", "write 'not'", (1, 2)),
        ("claim <> 1", "write '!='", (7, 9)),
        ("valid # and more", "'#'", (7, 8)),
        ("claim >", "ends too early", (7, 8)),
        ("(claim > 1", "'(' is never closed", (1, 2)),
        ("valid)", "cannot read the condition at ')'", (6, 7)),
        ("status == 'x", "no closing quote", (11, 12)),
        ("claim > 5 5", "cannot read the condition at '5'", (11, 12)),
        ("claim == None", "unknown", (10, 14)),
        ("valid == True", "write 'true'", (10, 14)),
        ("valid is true", "compare with", (10, 14)),
        ("opened > 'yesterday'", "is no time", (10, 21)),
        ("claim in (1, limit)", "holds values, not fields", (14, 19)),
        ("", "empty", (1, 2)),
        (" \t ", "empty", (1, 2)),
        ("claim > 1e999", "compares fields with", (9, 14)),
    ],
)
def test_a_refusal_says_where_and_what(text: str, message: str, columns: tuple[int, int]) -> None:
    error = refusal(text)
    assert message in error.message
    assert (error.column, error.end_column) == columns


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')", "().__class__", "claim.real > 1", "[x for x in (1,)]", "lambda: 1",
        "f'{claim}' == status", "valid if valid else valid", "(valid := true)", "claim + 1 > 2", "claim ** 99 > 1",
        "status[0] == 'x'", "claim == 1j", "print(claim)", "valid; valid", "*claim", "b'x' == status", "...", "yield",
        "await valid", "claim @ limit", "not " * 200 + "valid", "(" * 300 + "valid" + ")" * 300, "x" * 10_000,
        "9" * 5_000 + " > claim", "\udc80 == 1", "\x00", "valid\\\n", "'" * 999, "-" * 900 + "1 > claim",
    ],
)  # fmt: skip
def test_nothing_else_compiles(text: str) -> None:
    error = refusal(text)
    assert 1 <= error.column < error.end_column


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=60) | st.text("claimvd ()<>=!'\"&|#.`,[]\n1e", max_size=30))
def test_any_text_compiles_or_is_refused_at_a_column(text: str) -> None:
    error = None
    try:
        truth = compile_guard(text, FIELDS).evaluate({})
    except GuardError as refused:
        error = refused
    if error is None:
        assert truth in (True, False, None)
    else:
        assert 1 <= error.column < error.end_column
        assert error.column <= max(len(text), 1) + 1


def test_a_guard_is_a_value() -> None:
    guard = compile_guard(" claim > 1 and severity == low ", FIELDS)
    assert guard == compile_guard("claim > 1 and severity == low", FIELDS)
    assert len({guard, compile_guard("claim > 1 and severity == low", FIELDS)}) == 1
    assert guard.text == "claim > 1 and severity == low"
    assert guard.fields == ("claim", "severity")
    other = {**FIELDS, "claim": Field("claim", "integer")}
    assert guard != compile_guard("claim > 1 and severity == low", other)
    with pytest.raises(AttributeError):
        guard.text = "claim > 2"  # type: ignore[misc]


def test_a_guard_can_be_sent_to_another_process() -> None:
    guard = compile_guard("claim > 1 and class == return", FIELDS)
    copy = pickle.loads(pickle.dumps(guard))
    assert copy == guard
    assert copy.evaluate({"claim": 2, "class": "return"}) is True


def test_a_guard_without_meaning_never_decides() -> None:
    assert Guard("vald", ()).evaluate({"valid": True}) is None
