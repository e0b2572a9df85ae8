"""工单: exports of work orders with Chinese headers, as of service hotlines and contact centres.

Forms
-----
- *工单列表* (list): one row per 工单编号 with a column per milestone: 受理时间 or 创建时间, 派单时间, 签收时间,
  开始处理时间, 办结时间 or 解决时间, 回访时间, 归档时间, 关闭时间. 处理人 and 处理部门 are those of the present day.
- *流转记录* (flow): one row per step (环节) with 处理人, 处理部门, 开始时间 and 结束时间, or 操作时间 alone.
- *状态变更* (history): one row per change of 工单状态.

办结 and 解决 settle the customer's matter; 回访, 归档 and 关闭 follow and do not open it again. The time in
等待回复, 待用户反馈, 待客户确认 and the like is the customer's, in 等待供应商 and 转第三方 a vendor's.

Source: GB/T 33358 《政府热线服务规范》 (受理、派单、办理、办结、回访); 智齿客服开放平台《查询工单列表》;
华为云《云客服：查询工单列表》《云客服：查询工单详情》《工单导出》; 阿里云《云联络中心：GetTicket 获取工单》.
"""

from svcflow.eventlog.preset_forms import Form

SYSTEM = "工单系统"
CASE = ("工单编号", "工单号", "工单id", "案件编号", "受理编号", "单号")
PERSON = ("处理人", "处理人名称", "受理人名称", "受理人", "经办人", "处理坐席", "操作人", None)
TEAM = ("处理部门", "承办单位", "承办部门", "办理部门", "受理组名称", "受理组", "处理组", "部门")
CUSTOMER = (
    "等待回复", "等待客户", "等待客户回复", "等待客户反馈", "等待用户", "等待用户反馈", "待客户确认", "待用户确认",
    "待用户反馈", "待客户反馈", "待确认结果", "待反馈", "待客户补充材料",
)  # fmt: skip
VENDOR = ("等待供应商", "等待第三方", "转第三方", "转供应商", "供应商处理", "第三方处理", "厂商处理")
STATES = {**dict.fromkeys(CUSTOMER, "customer"), **dict.fromkeys(VENDOR, "vendor")}
DONE = [
    "办结", "已办结", "已解决", "已完成", "解决", "处理完成", "完成", "结案", "已结案", "回访", "已回访", "归档",
    "已归档", "关闭", "已关闭", "关单",
]  # fmt: skip
TIMES = {
    "受理时间": "受理", "创建时间": "受理", "登记时间": "受理", "来电时间": "受理",
    "派单时间": "派单", "分派时间": "派单", "转办时间": "派单",
    "签收时间": "签收", "接单时间": "签收",
    "首次响应时间": "首次响应", "开始处理时间": "开始处理",
    "办结时间": "办结", "解决时间": "办结", "处理完成时间": "办结", "完成时间": "办结",
    "回访时间": "回访", "归档时间": "归档", "关单时间": "关闭", "关闭时间": "关闭",
}  # fmt: skip


def _spelled(name: str) -> tuple[Form, ...]:
    """Return the forms in which the case column has one of its names."""
    people: dict[str, object] = {"resource": PERSON, "team": TEAM}
    return (
        Form(
            "工单列表",
            (name,),
            {"shape": "milestones", "columns": {"case": name, **people}, "milestones": TIMES, "done": DONE},
            any_of=tuple(TIMES),
            least=2,
        ),
        Form(
            "流转记录",
            (name, "环节"),
            {
                "shape": "events",
                "columns": {
                    "case": name, "activity": "环节", "start": ("开始时间", "到达时间", "接收时间"),
                    "time": ("结束时间", "完成时间", "操作时间", "处理时间"), **people,
                },
                "states": STATES,
                "done": DONE,
            },
            any_of=("开始时间", "结束时间", "操作时间", "处理时间", "处理人", "处理部门", "完成时间", "到达时间"),
            least=2,
        ),
        Form(
            "状态变更",
            (name, "变更前", "变更后"),
            {
                "shape": "history",
                "columns": {
                    "case": name, "time": ("变更时间", "操作时间"), "resource": PERSON,
                    "field": ("变更字段", "字段"), "old": "变更前", "new": "变更后",
                },
                "states": STATES,
                "done": DONE,
            },
            any_of=("变更时间", "操作时间"),
        ),
    )  # fmt: skip


FORMS = tuple(form for name in CASE for form in _spelled(name))
