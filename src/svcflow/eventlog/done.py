"""Which activities settle the customer's matter, by their names."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SETTLES = """
close closed closing closure resolve resolved resolving solve solved solving resolution complete completed completion
finish finished done settled fulfilled archive archived archiving archival autoclose autoclosed autoclosure
sluiten gesloten afsluiten afgesloten opgelost oplossen afgehandeld afhandelen voltooid gereed klaar
gearchiveerd archiveren archiviert archivieren archiviato archiviata archivé archivado arquivado
schließen geschlossen abschließen abgeschlossen gelöst lösen erledigt beendet fertig
chiuso chiusa chiudi chiudere chiusura risolto risolta risolvi risolvere completato completata concluso conclusa
fermé clos clôturé clôture fermeture résolu résoudre résolution terminé
cerrado cerrar cierre resuelto resolver resolución finalizado fechado fechamento encerrado resolvido resolução
"""
_OBJECTS = """
a an the last final ticket tickets case cases incident incidents problem problems request requests issue issues
complaint complaints claim claims call calls order orders inquiry enquiry question sr file dossier service customer
zaak melding klacht verzoek vraag vorgang fall anfrage beschwerde störung caso pratica richiesta reclamo segnalazione
il la lo de het den das der die
by auto autom automatic automatically automated system automatisch automatische systeem
automatico automaticamente automatique automatiquement automático automáticamente sistema système
"""
SETTLES = frozenset(_SETTLES.split())
OBJECTS = frozenset(_OBJECTS.split())
_CHINESE_OBJECT = "工单|案件|投诉|问题|服务|请求|工單|投訴|問題|服務|請求"
_CHINESE_END = (
    "结案|关闭|解决|办结|完结|归档|完成|结束|处理完成|处理完毕|關閉|結案|解決|辦結|完結|歸檔|結束|處理完成|處理完畢"
)
_CHINESE_SELF = "系统|系統|自动|自動|系统自动|系統自動"
CHINESE = re.compile(f"({_CHINESE_SELF})?({_CHINESE_OBJECT})?已?({_CHINESE_SELF})?({_CHINESE_END})({_CHINESE_OBJECT})?")


def guess(activities: Iterable[str]) -> tuple[str, ...]:
    """Return the activities that say that a case is settled: a word for settling and at most a word for the case.

    >>> guess(["Resolve ticket", "Closed", "Resolve SW anomaly", "Reopen ticket", "Not resolved", "工单结案"])
    ('Resolve ticket', 'Closed', '工单结案')
    >>> guess(["Auto-closed", "Closed by system", "Archived", "系统自动关闭", "System check", "自动派单"])
    ('Auto-closed', 'Closed by system', 'Archived', '系统自动关闭')
    """
    return tuple(name for name in activities if settles(name))


def settles(activity: str) -> bool:
    """Return whether the name of an activity says that the case is settled with it."""
    if CHINESE.fullmatch(activity.strip()):
        return True
    words = [word for word in re.findall(r"[^\W\d_]+", activity.lower()) if len(word) > 1]
    return any(word in SETTLES for word in words) and all(word in SETTLES or word in OBJECTS for word in words)
