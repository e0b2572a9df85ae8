"""A staffing plan on a terminal: for each team a week of hours, needed against present."""

from __future__ import annotations

from typing import Any

from svcflow.cli._tables import Shown, align, flatten
from svcflow.wording import LANGS, Lang, say_count, say_duration, say_share

Row = dict[str, Any]
DAYS = {"en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), "zh": ("一", "二", "三", "四", "五", "六", "日")}
LONGEST = 12
WORDS = {
    "head": {"en": "{source}: heads needed / present for {target}, by hour of the week ({zone})",
             "zh": "{source}：按周内小时所需人数/在岗人数，目标：{target}（{zone}）"},
    "key": {"en": "! a head or more short · + two or more to spare · . closed or no work",
            "zh": "! 缺一人以上 · + 富余两人以上 · . 关闭或无工作"},
    "come": {"en": "{n} pieces of work a week expected ({weeks} weeks seen{trend}{error})",
             "zh": "预计每周 {n} 项工作（观察 {weeks} 周{trend}{error}）"},
    "trend": {"en": ", trend {t} a week", "zh": "，每周趋势 {t}"},
    "error": {"en": ", weeks held back missed by {e}", "zh": "，留出检验误差 {e}"},
    "takes": {"en": "{time} each, {kind}, n = {n}", "zh": "每项 {time}，{kind}，n = {n}"},
    "measured": {"en": "measured", "zh": "实测"},
    "effective": {"en": "effective", "zh": "有效"},
    "busy": {"en": "{share} of the time of those present is this work",
             "zh": "在岗人员 {share} 的时间用于本项工作"},
    "peak": {"en": "most needed: {needed} on {hour}; on the roster for that: {roster}",
             "zh": "需求最高：{hour} 需 {needed} 人；对应在册 {roster} 人"},
    "heads": {"en": "organisation: {heads} people", "zh": "组织在册：{heads} 人"},
    "holidays": {"en": "closed in the weeks ahead: {days}", "zh": "未来几周闭班：{days}"},
    "lost": {"en": "call-backs: {n} a week give up waiting ({share}); calling them back takes {work} of work a week",
             "zh": "回拨：每周 {n} 位放弃等待（{share}）；逐一回拨每周需 {work}"},
    "short": {"en": "short: {hours}", "zh": "人手不足：{hours}"},
    "spare": {"en": "to spare: {hours}", "zh": "人手富余：{hours}"},
    "more": {"en": "and {n} more", "zh": "等另外 {n} 段"},
    "none": {"en": "no team with enough work", "zh": "没有工作量足够的团队"},
}  # fmt: skip


def tell(document: Row, lang: str) -> str:
    """Return a plan as text in one language or both."""
    return "\n".join(_tell(document, name) for name in LANGS if lang in {name, "both"})


def _tell(document: Row, lang: Lang) -> str:
    if document["unknown"]:
        return f"{document['unknown'][lang]}\n"
    if not document["teams"]:
        return WORDS["none"][lang] + "\n"
    target = document["target"]["words"][lang]
    head = WORDS["head"][lang].format(source=flatten(document["source"]), target=target, zone=document["zone"])
    blocks = [f"{head}\n{WORDS['key'][lang]}"]
    blocks += ["\n".join(_tell_team(team, lang)) for team in document["teams"]]
    return "\n\n".join(blocks) + "\n"


def _tell_team(team: Row, lang: Lang) -> list[str]:
    words = {key: text[lang] for key, text in WORDS.items()}
    lines = [flatten(team["team"])]
    if team["arrivals_per_week"] is not None:
        trend, error = team["trend_per_week"], team["forecast_error_share"]
        lines.append("  " + words["come"].format(
            n=say_count(round(team["arrivals_per_week"])), weeks=team["weeks"],
            trend=words["trend"].format(t=f"{trend:+.1%}") if trend else "",
            error=words["error"].format(e=say_share(error)) if error is not None else ""))  # fmt: skip
    if team["unknown"]:
        return [*lines, "  " + team["unknown"][lang]]
    lines += [f"  {line}" for line in _describe(team, words, lang)]
    lines += ["", _lay(team, lang), ""]
    lines += [
        f"  {words[key].format(hours=_list(team[key][lang], words))}" for key in ("short", "spare") if team[key][lang]
    ]
    return [*lines, *(f"  {note[lang]}" for note in team["notes"])]


def _describe(team: Row, words: dict[str, str], lang: Lang) -> list[str]:
    handling, peak, lost = team["handling"], team["peak"], team["call_backs"]
    time = say_duration(handling["mean_s"], lang)
    told = [words["takes"].format(time=time, kind=words[handling["kind"]], n=say_count(handling["n"]))]
    if team["roster"]:
        told.append(words["heads"].format(heads=team["roster"]["heads"]))
    if team["occupancy"] is not None:
        told.append(words["busy"].format(share=say_share(team["occupancy"])))
    if peak:
        told.append(words["peak"].format(needed=peak["needed"], hour=peak["hour"], roster=peak["on_roster"]))
    if lost and lost["share"] is not None:
        work = say_duration(lost["work_s_per_week"], lang)
        told.append(words["lost"].format(n=f"{lost['per_week']:,.0f}", share=say_share(lost["share"]), work=work))
    if team["holidays_ahead"]:
        told.append(words["holidays"].format(days=", ".join(team["holidays_ahead"])))
    return told


def _list(hours: list[str], words: dict[str, str]) -> str:
    more = len(hours) - LONGEST
    return ", ".join(hours[:LONGEST]) + (", " + words["more"].format(n=more) if more > 0 else "")


def _lay(team: Row, lang: Lang) -> str:
    """Return the week as a table: hours down, days across; hours without any work are left out."""
    cells: dict[str, Row] = {}
    for row in team["hours"]:
        if row["needed"] or row["short"]:
            name = row["hour"].split()[1]
            cells.setdefault(name, {"hour": f"  {name}"})[str(row["weekday"])] = _cell(row)
    columns = [Shown("", "hour"), *(
        Shown(day, str(number), _say, right=True) for number, day in enumerate(DAYS[lang], 1)
    )]  # fmt: skip
    rows = [{str(day): "." for day in range(1, 8)} | cells[name] for name in sorted(cells)]
    return align(rows, columns)


def _cell(row: Row) -> str:
    present = "?" if row["present"] is None else f"{row['present']:.1f}"
    mark = "!" if row["short"] else "+" if row["spare"] else ""
    return f"{mark}{row['needed']}/{present}"


def _say(value: object) -> str:
    return str(value)
