"""Words in column names and how strongly each speaks for a role (0 to 100), in the languages exports come in."""

from __future__ import annotations

import re
from functools import lru_cache

WORDS: dict[str, dict[int, str]] = {
    "case": {
        100: "case:concept:name",
        95: """
            case id, caseid, case number, case no, case key, trace id, process instance id, 案件编号, 案例编号,
            工单号, 工单编号
        """,
        90: """
            case, ticket id, ticket number, ticket no, ticket key, incident id, incident number, problem number,
            problem id, request id, request number, issue key, issue id, claim id, claim number, complaint id,
            dossier id, order id, order number, application id, call id, sr number, conversation id, zaaknummer,
            zaak id, dossiernummer, fall id, fallnummer, fall nr, vorgangsnummer, vorgang id, ticketnummer,
            ticket nr, auftragsnummer, id caso, numero caso, numero ticket, id ticket, numero pratica, 案件号,
            案件id, 工单id, 单号, 投诉编号, 流水号, 案号, 实例编号
        """,
        80: """
            ticket, incident, dossier, zaak, vorgang, caso, pratica, trace, enquiry id, instance id, unique key,
            案件, 案例, 工单
        """,
        60: "number, 编号",
        40: "id, key, reference, 号",
    },
    "activity": {
        100: "concept:name",
        95: "activity, activity name, activiteit, aktivität, aktivitaet, attività, attivita, 活动, 活动名称",
        85: "event name, task name, step name, action name, 环节, 处理环节, 步骤, 操作, 节点, 动作",
        80: """
            event, task, action, step, operation, taak, stap, handeling, schritt, aufgabe, tätigkeit,
            taetigkeit, azione, passo, operazione, evento, ereignis, gebeurtenis, 任务, 事件, 操作类型,
            activity code, activity id, event code, task code, step code, action code, 环节代码, 步骤代码
        """,
        60: "status, state, stage, milestone, stato, zustand, fase, phase, 状态, 阶段",
    },
    "time": {
        100: "time:timestamp",
        95: """
            timestamp, time stamp, complete timestamp, event time, event timestamp, zeitstempel, tijdstempel,
            时间戳
        """,
        90: """
            end timestamp, end time, completion time, complete time, endtime, event date, date time, datetime,
            tijdstip, eindtijd, zeitpunkt, endzeit, data ora, data e ora, data fine, ora fine, 完成时间,
            结束时间, 操作时间, 处理时间, 发生时间, 记录时间
        """,
        80: """
            time, end, end date, completed, completed at, finished, finish, ended, change date, changed at,
            einde, ende, fine, tijd, zeit, ora, orario, einddatum, enddatum, 时间
        """,
        70: "date, dt, datum, data, logged at, updated at, updated, modified, 日期",
        50: "created, created at, created on, when, 创建时间",
    },
    "start": {
        100: "start_timestamp, time:start",
        95: """
            start timestamp, start time, starttime, begin time, starttijd, begintijd, startzeit, beginnzeit,
            data inizio, ora inizio, 开始时间
        """,
        85: "start, start date, started, started at, begin, begin date, beginn, anfang, inizio, startdatum, 开始",
    },
    "resource": {
        100: "org:resource",
        95: "resource, assignee, 处理人, 经办人, 处理人员, 操作人",
        90: """
            agent, agent name, user, user name, username, employee, assigned to, performer, handler,
            behandelaar, medewerker, bearbeiter, sachbearbeiter, mitarbeiter, benutzer, gebruiker, risorsa,
            operatore, utente, addetto, assegnatario, ressource, 员工, 坐席, 客服, 人员, 资源, 受理人, 操作员,
            工号
        """,
        70: """
            operator, worker, staff, person, actor, executor, clerk, first name, full name, changed by,
            updated by, done by, 负责人
        """,
        50: "owner, by",
    },
    "team": {
        100: "org:group",
        95: """
            team, team name, support team, support group, assignment group, assigned group, resolver group,
            团队, 班组, 处理部门
        """,
        90: """
            workgroup, work group, werkgroep, group, group name, queue, skill group, groep, gruppe, gruppo,
            部门, 小组, 技能组, 处理组, 组别
        """,
        80: "department, dept, owner st, support line, afdeling, abteilung, reparto, squadra, ufficio, 科室, 机构",
        75: "support section, desk, service desk",
        60: "section, st, unit, org line, organization involved, business unit",
        40: "function div, division, org",
    },
    "role": {
        100: "org:role",
        90: "role, role name, rol, rolle, ruolo, 角色, 岗位, 职位",
        60: "job title, position, job",
    },
    "lifecycle": {
        100: "lifecycle:transition",
        90: "lifecycle, lifecycle transition, transition, event type, eventtype, 生命周期",
    },
}

AGAINST: dict[str, str] = {
    "case": """
        status, state, title, type, category, reason, creator, name, priority, parent, related, customer,
        client, user, variant, index, count, line, previous
    """,
    "activity": """
        owner, country, first, by, sub, id, code, index, type, previous, old, from, description, count, number,
        duration, resource, startevent, date, time
    """,
    "time": """
        due, target, deadline, planned, scheduled, expected, start, started, begin, duration, birth, reg,
        travel, hours, 截止, 开始, 时长
    """,
    "start": "due, target, deadline, planned, expected, travel, startevent, 时长",
    "resource": """
        customer, client, caller, requester, country, city, st, group, team, department, type, count, index,
        startevent, citizen, email, product, 客户, 部门
    """,
    "team": "country, city, customer, client, count, index, startevent, type, 客户",
    "role": "startevent, customer",
    "lifecycle": "startevent, model",
}

_SPLIT = re.compile(r"[^\w]+|_+|(?<=[a-zà-ÿ])(?=[A-Z])")


@lru_cache(maxsize=4096)
def words(header: str) -> tuple[str, ...]:
    """Return the words of a column name in lower case: ``ComplaintDossierID`` is complaint, dossier, id."""
    return tuple(part.lower() for part in _SPLIT.split(header) if part)


@lru_cache(maxsize=4096)
def weigh(header: str, role: str) -> tuple[float, str]:
    """Return how strongly a column name speaks for a role, and the word that does.

    A whole name counts fully, a part of it six tenths, less the more words stand around it and much less where one of
    them speaks against the role.

    >>> weigh("Case ID", "case")
    (95.0, 'case id')
    """
    plain = header.strip().lower()
    tokens = words(header)
    best, word = 0.0, ""
    for weight, phrases in _phrases(role):
        for phrase, parts in phrases:
            score = _fit(plain, tokens, phrase, parts) * weight
            if score > best:
                best, word = score, phrase
    if (
        words(word) != tokens
        and best < 100
        and any(bad in tokens or (not bad.isascii() and bad in plain) for bad in _against(role))
    ):
        best *= 0.3
    return round(best, 1), word


def _fit(plain: str, tokens: tuple[str, ...], phrase: str, parts: tuple[str, ...]) -> float:
    if plain == phrase or (tokens == parts and ":" not in phrase):
        return 1.0
    if not phrase.isascii() and not parts[0].isascii() and len(phrase) > 1 and phrase in plain:
        return 0.8
    for place in range(len(tokens) - len(parts) + 1):
        if tokens[place : place + len(parts)] == parts and ":" not in phrase:
            return 0.6 - 0.01 * (len(tokens) - len(parts))
    return 0.0


@lru_cache(maxsize=16)
def _phrases(role: str) -> tuple[tuple[int, tuple[tuple[str, tuple[str, ...]], ...]], ...]:
    return tuple(
        (weight, tuple((phrase, words(phrase)) for phrase in _list(text))) for weight, text in WORDS[role].items()
    )


@lru_cache(maxsize=16)
def _against(role: str) -> tuple[str, ...]:
    return _list(AGAINST[role])


def _list(text: str) -> tuple[str, ...]:
    return tuple(re.split(r",\s+", text.strip()))
