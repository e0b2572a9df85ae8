"""Words in the name of a column that speak against a role."""

from __future__ import annotations

AGAINST: dict[str, str] = {
    "case": """
        status, state, title, type, category, reason, creator, name, priority, parent, related, customer,
        client, user, variant, index, count, line, previous, requester, submitter, organization, account, contact,
        owner,
        phone, telephone, event, activity, assignee, agent, group, article, history, message, origin, subject,
        description,
        channel, source, severity, level, class, kind, tags, product, sla, date, time, note, notes, comment, team,
        type id, queue, change, changed, house, invoice, serial, postal, zip, external, interaction,
        类型, 状态, 时间, 标题, 内容, 来源, 分类, 级别, 部门, 人, 电话, 類型, 狀態, 時間, 標題, 內容, 來源, 分類,
        客户, 客戶
    """,
    "activity": """
        owner, country, first, by, sub, id, code, index, type, previous, old, from, description, count, number,
        duration, resource, startevent, date, time, user, group, team, parent, resolution, alert, approval, at, on,
        时间, 时长, 時間, 時長, 人, 次数, 结果, 人员, 部门, 日時
    """,
    "time": """
        due, target, deadline, planned, scheduled, expected, start, started, begin, duration, birth, reg,
        travel, hours, spent, minutes, 截止, 开始, 时长, 時長, 開始, 期限, 预计, 計劃, 计划, vervaldatum, échéance,
        scadenza,
        faellig, fällig, vencimiento, vencimento
    """,
    "start": "due, target, deadline, planned, expected, travel, startevent, scheduled, downtime, 时长, 计划, 预计",
    "resource": """
        customer, client, caller, requester, country, city, st, group, team, department, type, count, index,
        startevent, citizen, email, product, agency, reporter, stations, ui, last, phone, id previous, submitted,
        客户, 部门, 电话, 客戶, 部門, 電話, 时间, 時間, 数, 单位, 單位, 顧客, 日時
    """,
    "team": """
        country, city, customer, client, count, index, startevent, type, by, caller, requester, stations, age, blood,
        客户, 客戶, 时间, 時間, 人员, 电话, 顧客
    """,
    "role": "startevent, customer, gps",
    "lifecycle": "startevent, model",
    "field": "service, work, agent, team, old, new, value, custom, type",
    "old": "age, year, customer, user, group, assignee, email, address, date, time",
    "new": "customer, user, date, time, contract, order, net, unit, score, impact, amount, group, email",
    "snapshot": "due, change, birth, file name, id, by",
    "created": "by, user, source, count",
    "status": "sub, reason, code, payment, approval, alert, previous",
}
