"""What values look like where names of columns say nothing: states of a case, persons."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from svcflow.eventlog.done import settles
from svcflow.eventlog.roles.lexicon import fold, words

_STATES = """
new open opened assigned accepted acknowledged active working progress waiting awaiting pending hold paused suspended
resolved solved closed cancelled canceled rejected reopened escalated queued registered received
submitted triaged dispatched completed
neu offen zugewiesen angenommen arbeit wartet wartend gelost erledigt geschlossen abgelehnt wiedereroffnet eskaliert
nieuw toegewezen aangenomen behandeling wacht opgelost gesloten afgewezen heropend geescaleerd
nuovo aperto assegnato accettato lavorazione attesa risolto chiuso rifiutato riaperto
nouveau ouvert affecte assigne accepte cours attente resolu clos ferme rejete rouvert
nuevo abierto asignado aceptado curso proceso espera resuelto cerrado rechazado reabierto
novo aberto atribuido aceito andamento aguardando espera resolvido fechado encerrado rejeitado reaberto
"""
STATES = frozenset(_STATES.split())
CHINESE = re.compile(
    "新建|待|未|已|处理中|處理中|受理|派单|派單|办理|辦理|办结|辦結|结案|結案|关闭|關閉|解决|解決|完成|回访|回訪"
    "|挂起|掛起|审核|審核|転送|対応|新規|完了|保留"
)
_PERSON = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.-]+|[A-ZÀ-Þ]\. ?[A-ZÀ-Þ]\w+|[A-ZÀ-Þ][\w'’-]+,? (?:[A-ZÀ-Þ]\. )?[A-ZÀ-Þ][\w'’-]+"
)
FIRM = 0.5
"""The share of distinct values that must look so."""


def hold_states(texts: Iterable[str]) -> bool:
    """Return whether at least half of some distinct values are words for the state of a case.

    >>> hold_states(["New", "In Progress", "Closed"]), hold_states(["Register", "Check", "Answer", "Close"])
    (True, False)
    """
    return share_of_states(texts) >= FIRM


def share_of_states(texts: Iterable[str]) -> float:
    """Return the share of some distinct values that are words for the state of a case."""
    return _share(texts, _is_state)


def hold_persons(texts: Iterable[str]) -> bool:
    """Return whether at least half of some distinct values are full names or addresses of persons.

    >>> hold_persons(["Ann Fox", "bo@example.org", "system"]), hold_persons(["ann", "bob"])
    (True, False)
    """
    return _share(texts, lambda text: bool(_PERSON.fullmatch(text.strip()))) >= FIRM


def _share(texts: Iterable[str], judge: Callable[[str], bool]) -> float:
    known = list(texts)[:200]
    return sum(map(judge, known)) / len(known) if known else 0.0


def _is_state(text: str) -> bool:
    if settles(text) or CHINESE.match(text.strip()):
        return True
    return bool(STATES.intersection(words(fold(text)))) and len(words(text)) <= 4
