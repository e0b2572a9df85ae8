"""Business cases on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from svcflow.cli._console import one_line
from svcflow.wording import LANGS, Lang

Row = dict[str, Any]

WORDS = {
    "none": {"en": "nothing worth changing", "zh": "没有值得改动之处"},
    "hours": {"en": "work that falls away: {x} h a year", "zh": "省去的工作：每年 {x} 小时"},
    "saving": {"en": "which costs {x} a year", "zh": "对应成本：每年 {x}"},
    "delay": {"en": "cases done sooner are worth {x} a year", "zh": "工单提前完成：每年价值 {x}"},
    "running": {"en": "the change costs {x} a year", "zh": "改动每年花费 {x}"},
    "net": {"en": "net a year: {x}", "zh": "每年净收益：{x}"},
    "one_off": {"en": "over {months} months, {x} spent once, discounted at {rate:.0%}:",
                "zh": "{months} 个月，一次性投入 {x}，折现率 {rate:.0%}："},
    "cautious": {"en": "cautious", "zh": "保守"},
    "expected": {"en": "expected", "zh": "预期"},
    "hopeful": {"en": "hopeful", "zh": "乐观"},
    "look": {"en": "{name}: value {value}, pay-back {back}, ROI {roi}, IRR {irr}",
             "zh": "{name}：净现值 {value}，回收期 {back}，ROI {roi}，IRR {irr}"},
    "months": {"en": "{x:.1f} months", "zh": "{x:.1f} 个月"},
    "never": {"en": "never", "zh": "无法回收"},
    "swings": {"en": "what moves the value most: {x}", "zh": "对净现值影响最大：{x}"},
    "effect": {"en": "the effect itself", "zh": "效果本身"},
    "volume": {"en": "volume ±10 %", "zh": "业务量 ±10%"},
    "rates": {"en": "rates ±10 %", "zh": "费率 ±10%"},
    "swing_one_off": {"en": "one-off cost ±25 %", "zh": "一次性成本 ±25%"},
    "swing_running": {"en": "running cost ±25 %", "zh": "运行成本 ±25%"},
    "asked": {"en": "still to be said: {x}", "zh": "尚需提供：{x}"},
    "to": {"en": " to ", "zh": " 至 "},
}  # fmt: skip


def tell(titles: Sequence[dict[str, str]], cases: Sequence[Row], lang: str) -> str:
    """Return the business cases as text in one language or both."""
    blocks = []
    for name in LANGS:
        if lang not in {name, "both"}:
            continue
        if not cases:
            blocks.append(WORDS["none"][name])
        for number, (title, case) in enumerate(zip(titles, cases, strict=True), 1):
            lines = [one_line(f"{number}. {title[name]}"), *(f"   {one_line(line)}" for line in _tell(case, name))]
            blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _tell(case: Row, lang: Lang) -> list[str]:
    words = {key: text[lang] for key, text in WORDS.items()}
    money = case["currency"] or ""
    told = []
    for key, unit in (("hours", ""), ("saving", money), ("delay", money)):
        if case[key] is not None and any(case[key].values()):
            told.append(words[key].format(x=_range(case[key], unit, words)))
    if case["running"]:
        told.append(words["running"].format(x=_amount(case["running"], money)))
    if case["net"] is not None:
        told.append(words["net"].format(x=_range(case["net"], money, words)))
    if case["outlooks"]:
        spent = _amount(case["one_off"], money)
        told.append(words["one_off"].format(months=case["months"], x=spent, rate=case["discount"]))
        told += [f"  {_look(one, money, words)}" for one in case["outlooks"]]
    if case["swings"]:
        told.append(words["swings"].format(x=", ".join(_swing(one, words) for one in case["swings"][:3])))
    told += [note[lang] for note in case["notes"]]
    return [*told, *(words["asked"].format(x=question[lang]) for question in case["asked"])]


def _look(look: Row, money: str, words: dict[str, str]) -> str:
    back = look["pay_back"]
    share = {key: "-" if look[key] is None else f"{look[key]:,.0%}" for key in ("returned", "internal_rate")}
    return words["look"].format(
        name=words[look["scenario"]],
        value=_amount(look["value"], money),
        back=words["never"] if back is None else words["months"].format(x=back),
        roi=share["returned"],
        irr=share["internal_rate"],
    )


def _swing(swing: Row, words: dict[str, str]) -> str:
    name = words.get(f"swing_{swing['input']}") or words[swing["input"]]
    return f"{name} ({_amount(swing['low'], '')}{words['to']}{_amount(swing['high'], '')})"


def _range(three: Row, unit: str, words: dict[str, str]) -> str:
    if three["cautious"] == three["hopeful"]:
        return _amount(three["hopeful"], unit)
    ends = f"{_amount(three['cautious'], '')}{words['to']}{_amount(three['hopeful'], unit)}"
    return ends if three["expected"] is None else f"{_amount(three['expected'], unit)} ({ends})"


def _amount(value: float, unit: str) -> str:
    """Return an amount with three figures that count."""
    size = abs(value)
    rounded = round(value, 2 - len(str(int(size)))) if size >= 100 else round(value, 1 if size < 10 else 0)
    return f"{rounded:,.1f}".removesuffix(".0") + (f" {unit}" if unit else "")
