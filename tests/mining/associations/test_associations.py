"""What goes together with an effect: against published figures, brute force, planted and absent associations."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from svcflow_test_logs import HOUR, MONDAY, Row, build

from svcflow.cli.main import main
from svcflow.errors import UsageError
from svcflow.eventlog.log import Column, Log, Role, Vocabulary
from svcflow.mining import mine
from svcflow.mining.associations import Effect, associate, condition, mark
from svcflow.mining.associations.reversals import find_reversals
from svcflow.mining.associations.singles import adjust, compare
from svcflow.mining.associations.traits import Trait


def text_column(values: list[str]) -> Column:
    vocabulary = Vocabulary(("", *sorted(set(values) - {""})))
    return Column("text", np.array([vocabulary.texts.index(value) for value in values], np.int32), vocabulary)


def log_of(attributes: dict[str, Column], cases: int) -> Log:
    rows = (Row(f"{n:05d}", name, MONDAY + n * HOUR + i) for n in range(cases) for i, name in enumerate("ab"))
    return replace(build(rows), case_attributes=attributes)


def effect_of(shown: list[bool]) -> Effect:
    return Effect("planted", np.array(shown), np.ones(len(shown), np.bool_))


def test_the_kidney_stones_turn_round() -> None:
    """Failures of two treatments by size of the stone, as published by Charig et al. (1986): open surgery fails more
    often over all stones, less often with small ones and with large ones."""
    published = [
        ("open", "small", 87, 6),
        ("open", "large", 263, 71),
        ("needle", "small", 270, 36),
        ("needle", "large", 80, 25),
    ]
    treatment, size, failed = [], [], []
    for way, stone, patients, failures in published:
        treatment += [way == "open"] * patients
        size += [stone == "large"] * patients
        failed += [True] * failures + [False] * (patients - failures)
    way = Trait("treatment", np.array(treatment, np.int32), ("needle", "open"))
    stone = Trait("size", np.array(size, np.int32), ("small", "large"))
    assert find_reversals(way, [way, stone], np.array(failed)) == {1: "size"}
    assert find_reversals(stone, [way, stone], np.array(failed)) == {}


def test_the_experiment_of_two_days_turns_round() -> None:
    """Visitors who did not convert, as published by Crook, Frasca, Kohavi and Longbotham of Microsoft (2009): a
    treatment that went to 1 % of visitors on Friday and to half of them on Saturday is better on both days, and worse
    (1.22 % instead of 1.68 %) over both."""
    published = [
        ("control", "Friday", 990_000, 20_000),
        ("treatment", "Friday", 10_000, 230),
        ("control", "Saturday", 500_000, 5_000),
        ("treatment", "Saturday", 500_000, 6_000),
    ]
    visitors = [count for *_, count, _ in published]
    treated = np.repeat(np.array([side == "treatment" for side, *_ in published], np.int32), visitors)
    day = np.repeat(np.array([day == "Saturday" for _, day, *_ in published], np.int32), visitors)
    lost = np.concatenate([np.arange(count) >= converted for *_, count, converted in published])
    rates = [float(np.mean(~lost[treated == code])) for code in (0, 1)]
    assert rates == pytest.approx([0.0168, 0.0122], abs=5e-5)
    side, when = Trait("side", treated, ("control", "treatment")), Trait("day", day, ("Friday", "Saturday"))
    assert find_reversals(side, [side, when], lost) == {1: "day"}
    assert find_reversals(when, [side, when], lost) == {}


def test_figures_by_hand() -> None:
    """40 of 100 cases with a value show the effect, 60 of the 300 others do."""
    found = compare(np.array([100]), np.array([40]), 400, 100)
    assert found.contribution[0] == 40 - Fraction(100 * 100, 400)
    assert found.lift[0] == pytest.approx(1.6)
    assert found.relative_risk[0] == pytest.approx(2)
    spread = np.exp(1.959963984540054 * np.sqrt(1 / 40 - 1 / 100 + 1 / 60 - 1 / 300))
    assert (found.low[0], found.high[0]) == pytest.approx((2 / spread, 2 * spread))


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_adjusted_chances_against_the_definition(p: list[float]) -> None:
    ranked = sorted(p)
    wanted = [min(1, *(v * len(p) / (i + 1) for i, v in enumerate(ranked) if v >= own)) for own in p]
    assert adjust(np.array(p)).tolist() == pytest.approx(wanted)


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 10_000))
def test_rows_against_a_plain_count(seed: int) -> None:
    draw = random.Random(seed)
    channel = [draw.choice(["phone", "mail", "chat"]) for _ in range(240)]
    shown = [draw.random() < (0.7 if value == "mail" else 0.2) for value in channel]
    found = associate(log_of({"channel": text_column(channel)}, 240), effect_of(shown), ["channel"])
    row = next(row for row in found.rows if row["value"] == "mail")
    with_value = [s for s, value in zip(shown, channel, strict=True) if value == "mail"]
    rest = [s for s, value in zip(shown, channel, strict=True) if value != "mail"]
    assert (row["cases"], row["shown"]) == (len(with_value), sum(with_value))
    assert row["contribution"] == pytest.approx(sum(with_value) - len(with_value) * sum(shown) / 240)
    assert row["relative_risk"] == pytest.approx((sum(with_value) / len(with_value)) / (sum(rest) / len(rest)))
    assert found.tree.attribute == "channel"
    assert found.tree.value == "mail"


def test_noise_gives_nothing() -> None:
    told = 0
    for seed in range(12):
        draw = random.Random(seed)
        attributes = {name: text_column([draw.choice("xyz") for _ in range(300)]) for name in ("p", "q", "r", "s")}
        shown = [draw.random() < 0.3 for _ in range(300)]
        found = associate(log_of(attributes, 300), effect_of(shown), list(attributes))
        told += bool(found.rows) + bool(found.pairs) + (found.tree.attribute is not None)
    assert told <= 3  # of 36 answers, at a level of 5 % and less


def test_two_attributes_that_only_together_matter() -> None:
    draw = random.Random(1)
    channel, product = ([draw.choice("xy") for _ in range(600)] for _ in range(2))
    shown = [draw.random() < (0.8 if c == p == "x" else 0.2) for c, p in zip(channel, product, strict=True)]
    found = associate(log_of({"channel": text_column(channel), "product": text_column(product)}, 600), effect_of(shown))
    first = found.pairs[0]
    assert {first["attribute"], first["attribute_2"]} == {"channel", "product"}
    assert first["value"] == first["value_2"] == "x"
    assert first["rate"] > max(row["rate"] for row in found.rows)


def test_consequences_people_and_twins_are_left_out_unless_named() -> None:
    draw = random.Random(2)
    plain = [draw.choice(["north", "south"]) for _ in range(200)]
    attributes = {
        "region": text_column(plain),
        "region code": text_column([value[:1] for value in plain]),
        "reopen_count": Column("number", np.array([float(draw.randint(0, 2)) for _ in range(200)])),
        "made_sla": text_column([draw.choice(["true", "false"]) for _ in range(200)]),
        "处理次数": text_column([draw.choice("12") for _ in range(200)]),
        "clerk": text_column([draw.choice(["Ann Fox", "Bob Lee"]) for _ in range(200)]),
        "ticket number": Column("number", np.arange(200.0)),
    }
    log = replace(log_of(attributes, 200), roles=(Role("resource", "clerk", "by name"),))
    found = associate(log, effect_of([draw.random() < 0.4 for _ in range(200)]))
    assert [name for name, _ in found.left_out] == ["region code", "reopen_count", "made_sla", "处理次数", "clerk"]
    assert "ticket number" not in found.attributes
    assert "reopen_count" in associate(log, effect_of([i % 3 == 0 for i in range(200)]), ["reopen_count"]).attributes


def test_a_number_that_counts_the_steps_is_a_consequence() -> None:
    rows = [Row(f"{n:03d}", "a", MONDAY + n * HOUR + i) for n in range(120) for i in range(1 + n % 3)]
    steps = Column("number", np.array([10.0 + n % 3 for n in range(120)]))
    found = associate(
        replace(build(rows), case_attributes={"size": steps}), effect_of([n % 2 == 0 for n in range(120)])
    )
    assert found.left_out == (("size", "it rises with the number of steps"),)


def test_small_groups_are_not_told() -> None:
    draw = random.Random(3)
    channel = [draw.choice("aaaaaabc") for _ in range(400)]
    shown = [draw.random() < {"a": 0.1, "b": 0.9, "c": 0.5}[value] for value in channel]
    log = log_of({"channel": text_column(channel)}, 400)
    open_ = associate(log, effect_of(shown)).rows
    guarded = associate(log, effect_of(shown), min_group=40)
    assert any(row["value"] == "b" for row in open_)
    assert all(min(row["shown"], row["cases"] - row["shown"]) >= 40 for row in (*guarded.rows, *guarded.pairs))

    def leaves(node):
        return [node] if node.yes is None else [*leaves(node.yes), *leaves(node.no)]

    assert all(min(leaf.shown, leaf.cases - leaf.shown) >= 40 for leaf in leaves(guarded.tree))


@pytest.mark.parametrize(("cases", "shown", "said"), [(99, 40, "too few"), (120, 0, "none"), (120, 120, "all")])
def test_what_cannot_be_compared_is_refused(cases: int, shown: int, said: str) -> None:
    flags = [n < shown for n in range(cases)]
    with pytest.raises(UsageError, match=said):
        associate(log_of({"x": text_column(["a", "b"] * (cases // 2) + ["a"] * (cases % 2))}, cases), effect_of(flags))


def test_effects_of_a_log() -> None:
    rows = []
    for n in range(100):
        begin = MONDAY + n * HOUR
        rows += [
            Row(f"{n:03d}", "open", begin, "ann", "desk"),
            Row(f"{n:03d}", "solve", begin + (n + 1) * HOUR, "bob", "lab"),
        ]
        if n % 10 == 0:
            rows += [
                Row(f"{n:03d}", "open", begin + 200 * HOUR, "ann", "desk"),
                Row(f"{n:03d}", "solve", begin + 300 * HOUR, "ann", "desk"),
            ]
    log = build(rows, done=("solve",), roles=(Role("done", "solve", "stated"),))
    mined = mine(log)
    tens = np.arange(100) % 10 == 0
    assert (mark("reopened", log, mined).shown == tens).all()
    assert (mark("repeating", log, mined).shown == tens).all()
    assert (mark("ping-pong", log, mined).shown == tens).all()
    assert mark("handed-over", log, mined).shown.all()
    slow = mark("slow", log, mined, slower_than_s=90 * 3600)
    assert (slow.shown == (tens | (np.arange(100) + 1 > 90))).all()
    assert 0.15 < mark("slow", log, mined).shown.mean() <= 0.2
    with pytest.raises(UsageError, match="unknown effect"):
        mark("sad", log, mined)


def test_the_command(tmp_path, capsys) -> None:
    lines = ["case,activity,time,channel,score"]
    for n in range(200):
        slow = n % 2 == 0
        hours = 50 if slow and n % 10 else 2
        lines += [f"{n},a,2026-01-05 08:00:00,{'mail' if slow else 'phone'},{n % 5}"]
        lines += [
            f"{n},b,2026-01-{5 + hours // 24:02d} {8 + hours % 24:02d}:00:00,{'mail' if slow else 'phone'},{n % 5}"
        ]
    (tmp_path / "log.csv").write_text("\n".join(lines))
    assert main(["why", str(tmp_path / "log.csv"), "--slower-than", "1d", "-q"]) == 0
    text = capsys.readouterr().out
    assert "slow (more than 24 h in all): 80 of 200 cases, 40.0%" in text
    assert "mail" in text
    assert "Associations, not causes" in text
    assert main(["why", str(tmp_path / "log.csv"), "--cases", "channel == 'mail'", "--format", "json", "-q"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["shown"], document["cases"]) == (100, 200)
    assert main(["why", str(tmp_path / "log.csv"), "--by", "nix", "-q"]) == 2
    assert "no such attribute" in capsys.readouterr().err
    assert main(["why", str(tmp_path / "log.csv"), "--effect", "repeating", "-q"]) == 2
    assert "nothing to compare" in capsys.readouterr().err


def test_the_command_offers_every_effect() -> None:
    from svcflow.cli import why
    from svcflow.mining.associations import EFFECTS

    assert list(why.EFFECTS) == list(EFFECTS)


def test_a_condition_is_an_effect() -> None:
    log = log_of({"x": text_column(["a", "b"] * 60)}, 120)
    assert condition(log, "x == 'a'").shown.sum() == 60
