"""Why there is no figure, in words: what a log does not tell of staffing."""

from __future__ import annotations

from svcflow.staffing.forecast import LEAST_WEEKS

NO_TEAMS = {
    "en": "the log names no teams: whose work it is, and so how many people it needs, is not known",
    "zh": "日志没有团队：不知道是谁的工作，也就无法计算所需人数",
}
TOO_SHORT = {
    "en": f"fewer than {LEAST_WEEKS} whole weeks: no basis for a forecast by hour of the week",
    "zh": f"不足 {LEAST_WEEKS} 个整周：无法按周内小时预测",
}
TOO_WILD = {
    "en": "arrivals come and go so that the weeks held back were missed by more than they hold: no basis for a plan",
    "zh": "到达量起伏过大，留出检验各周的误差超过其本身：无法据以安排",
}
NO_HANDLING = {
    "en": "how long a piece of work takes is not known: the log has neither start times nor who did it; "
    "arrivals can be told, people cannot",
    "zh": "不知道单项工作用时：日志既无开始时间也无处理人；只能预测到达量，不能计算人数",
}
TOO_MUCH = {
    "en": "completions only: what lies between two of them does not fit the hours people were seen at work, so it is "
    "not the time a piece takes; arrivals can be told, people cannot",
    "zh": "只有完成时间：两次完成之间的间隔与人员在岗时间不符，并非单项工作用时；只能预测到达量，不能计算人数",
}
OUTSIDE = {
    "en": "this team is outside the organisation: whom it has on duty is its own affair",
    "zh": "该团队不属于本组织：其排班由其自行决定",
}
