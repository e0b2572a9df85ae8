"""What a business case still asks for, in both languages."""

from __future__ import annotations

from collections.abc import Sequence

Text = dict[str, str]

ONE_OFF = {
    "en": "what the change costs once (--one-off), for pay-back, ROI and IRR",
    "zh": "改动的一次性成本（--one-off），用于计算回收期、ROI 与 IRR",
}
DELAY = {
    "en": "what an hour of a case's time is worth (--delay-cost): a shorter wait alone saves no wages",
    "zh": "工单每提前一小时完成的价值（--delay-cost）：等待缩短本身不节省工资",
}
PAID_HOURS = {
    "en": "how many hours a person is paid for in a year (--paid-hours)",
    "zh": "每人每年计薪工时（--paid-hours）",
}
CURRENCY = {
    "en": "what the money is called (currency in the organisation file)",
    "zh": "货币名称（组织文件中的 currency）",
}
NO_STARTS = {
    "en": "start times of the work that falls away: without them the log does not tell how long it takes",
    "zh": "所省工作的开始时间：没有它，日志无法说明用时",
}
NO_CHANGES = {
    "en": "which work the change takes away: the change does not say it, and the log cannot tell",
    "zh": "改动省去哪些工作：改动本身没有说明，日志无法判断",
}
FREED = {
    "en": "Freed hours are money only where they are used for other work or no longer paid.",
    "zh": "释放的工时只有转作他用或不再支付时才是收益。",
}
NOT_GAINED = {
    "en": "Only its cost is counted: no estimate of what it gains can be stood behind.",
    "zh": "只计入成本：其收益没有可以采信的估计。",
}
NOT_COUNTED = {
    "en": "Work that may fall away is not counted: it is not known.",
    "zh": "可能省去的工作未计入：其量未知。",
}


def rate_of(team: str) -> Text:
    """Return the question for the rates of a team's members."""
    return {
        "en": f"what the people of {team} cost (cost_per_minute of their roles in the organisation file)",
        "zh": f"{team} 人员的成本（组织文件中角色的 cost_per_minute）",
    }


def rates_of(roles: Sequence[str]) -> Text:
    """Return the question for rates of roles that work in the log."""
    named = ", ".join(roles[:6]) + (", …" if len(roles) > 6 else "")
    return {
        "en": f"cost_per_minute of the roles in the organisation file{f': {named}' if named else ''}",
        "zh": f"组织文件中角色的 cost_per_minute{f'：{named}' if named else ''}",
    }
