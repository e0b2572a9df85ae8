"""Names of columns of times: what happened then, whether it has happened at all, and what comes before what."""

from __future__ import annotations

import re
from typing import Literal

from svcflow.eventlog.roles.lexicon import fold, words

Kind = Literal["event", "deadline", "update", "other"]

_DEADLINES = """
due target deadline sla plan planned scheduled schedule expected required estimated eta forecast promised commitment
until
expires expiry expiration reminder next wanted pending_until
fallig faellig frist soll geplant erwartet wunschtermin termin verval streef gepland verwacht uiterste
scadenza previsto prevista pianificato pianificata entro echeance prevu prevue limite planifie planifiee
vencimiento previsto prevista programada programado planificada planificado compromiso vencimento prazo programado
截止 期限 预计 預計 计划 計劃 应办结 應辦結 应完成 承诺 承諾 到期 限时 限時 预期 預期 要求完成 予定 締切 目標
"""
_UPDATES = """
updated update modified modification modstamp changed viewed mutatie gewijzigd wijziging geandert anderung
aktualisiert
modificato modifica aggiornato aggiornamento modifie modification maj mise modificado modificacion actualizado
actualizacion
atualizado atualizacao alterado alteracao sync synced 更新 修改 变更 變更 同步
"""
_LAST = "last latest recent letzte letzter laatste ultimo ultima dernier derniere 最近 最后 最後 最終"
_OTHERS = """
birth dob born purchase purchased warranty contract hire hired geburt geboorte nascita naissance nacimiento nascimento
downtime travel outage valid policy incident_date_of_birth 出生 生日 购买 購買 保修 合同 入职
"""
_STAGES = (
    "occurred occurrence happened outage_start 发生 發生",
    """
    created create creation opened open opening submitted submit received receipt reported registered registration
    logged
    raised requested entered intake erstellt erstell angelegt eroffnet eroffnung eingang gemeldet erfasst aangemaakt
    aanmaak
    geopend ontvangen gemeld ingediend registratie creato creata creazione aperto aperta apertura ricevuto inserito
    ouvert
    ouverture cree creation recu signale soumis creado creada creacion abierto abierta apertura recibido registrado
    criado
    criada criacao aberto aberta abertura recebido registro 创建 創建 建立 受理 登记 登記 来电 來電 提交 上报 上報
    接收 诉求
    录入 受付 登録 作成
    """,
    """
    assigned assign assignment dispatched dispatch routed triaged triage queued zugewiesen zuweisung toegewezen
    toewijzing
    assegnato assegnata assegnazione assigne affecte affectation asignado asignada asignacion atribuido atribuicao
    派单 派單
    转派 轉派 分派 派发 派發 交办 交辦 下派 割当 振分
    """,
    """
    acknowledged acknowledgement accepted ack taken angenommen geaccepteerd accettato accepte aceptado aceito
    签收 簽收 接单 接單
    """,
    """
    responded response respond replied reply answered reaktion antwort reactie beantwoord risposta reponse respuesta
    resposta
    响应 響應 回复 回覆 答复 首响 初回対応 返信
    """,
    """
    started start begin began begun work working arrival arrived begonnen gestartet gestart inizio iniziato debut
    inicio
    iniciado 开始 開始 到场 到达 着手
    """,
    "escalated escalation eskaliert geescaleerd escalato escalade escalado 升级 升級 催办 督办",
    "paused hold suspended waiting wartend 挂起 掛起 暂停 暫停 延期",
    """
    resolved resolve resolution solved solution fixed completed complete completion finished finish done ended end
    repaired
    restored gelost losung erledigt behoben opgelost oplossing afgehandeld hersteld gereed risolto risoluzione
    completato
    resolu resolution termine resuelto resolucion solucionado resolvido resolucao concluido conclusao 解决 解決 办结
    辦結
    完成 处理完 處理完 修复 结束 結束 処理 完了
    """,
    "verified verification confirmed approved approval checked 审核 審核 确认 確認 验收 驗收 复核",
    """
    closed close closing closure geschlossen abgeschlossen abschluss schliess gesloten sluit afgesloten chiuso
    chiusa chiusura
    ferme fermeture clos cloture cerrado cerrada cierre fechado fechada fechamento encerrado encerramento 关闭 關閉
    结案
    結案 归档 歸檔 终结 クローズ
    """,
    "reopened reopen heropend riaperto rouvert reabierto reaberto wiedereroffnet 重开 重開 再次打开",
    "callback survey csat satisfaction rated feedback surveyed followup 回访 回訪 评价 評價 满意度",
)
_EDGE_WORDS = """
at on date time timestamp dt ts datetime day stamp datum tijd tijdstip data ora zeit zeitpunkt uhrzeit fecha hora
heure am
op il le el em la de du del di do of utc local gmt the is was sys
"""
_EDGES = frozenset(_EDGE_WORDS.split())
_CHINESE_EDGES = ("时间", "時間", "日期", "时刻", "時刻", "日時", "日")


def judge(name: str) -> Kind:
    """Return what a column of times tells: that something happened, is due, or that the row was written again.

    >>> [judge(name) for name in ("resolved_at", "Due Date", "sys_updated_on", "Date of birth", "截止时间")]
    ['event', 'deadline', 'update', 'other', 'deadline']
    """
    if _says(name, _DEADLINES) or words(name)[-1:] == ("by",):
        return "deadline"
    if _says(name, _OTHERS):
        return "other"
    if _says(name, _UPDATES) or (_says(name, _LAST) and place(name) is None):
        return "update"
    return "event"


def place(name: str) -> int | None:
    """Return where in the life of a case something of that name usually stands, ``None`` where the name does not say.

    >>> place("opened_at") < place("派单时间") < place("Date Resolved") < place("gesloten op")
    True
    """
    found = [number for number, texts in enumerate(_STAGES) if _says(name, texts)]
    return found[-1] if found else None


def clean(name: str) -> str:
    """Return the name of a milestone without the words that only say that it is a time.

    >>> [clean(name) for name in ("opened_at", "Date/Time Closed", "受理时间", "sys_created_on", "date")]
    ['opened', 'Closed', '受理', 'created', 'date']
    """
    parts = split(name)
    return " ".join(parts) if parts else name.strip()


def split(name: str) -> list[str]:
    """Return the words of a column name that say what happened, as they are written."""
    parts = [part for part in re.split(r"[^\w]+|_+|(?<=[a-zà-ÿ])(?=[A-Z])", name) if part]
    while len(parts) > 1 and fold(parts[-1]).lower() in _EDGES:
        parts.pop()
    while len(parts) > 1 and fold(parts[0]).lower() in _EDGES:
        parts.pop(0)
    if parts and fold(parts[-1]).lower() in _EDGES and len(parts) == 1:
        return []
    for edge in _CHINESE_EDGES:
        if parts and parts[-1].endswith(edge) and len(parts[-1]) > len(edge):
            parts[-1] = parts[-1].removesuffix(edge)
            break
    return parts


def _says(name: str, known: str) -> bool:
    """Return whether a name holds one of the words: whole, as the beginning of a longer one, or inside Chinese text."""
    tokens, plain = words(name), fold(name).lower()
    for word in known.split():
        if not word.isascii():
            if fold(word).lower() in plain:
                return True
        elif any(token == word or (len(word) > 4 and token.startswith(word)) for token in tokens):
            return True
    return False
