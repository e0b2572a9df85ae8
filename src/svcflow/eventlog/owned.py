"""Which activities are states in which somebody outside is waited for, by their names.

Only names that say both, that one waits and for whom, are taken: *Pending* and *On hold* alone may be anybody's, unless
all states are those of Zendesk, which defines them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from svcflow.eventlog.roles.lexicon import fold, words

_WAITING = """
await awaiting awaits wait waits waiting pending hold attente espera esperando attesa aguardando wartet warten
wartend wacht wachten wachtend
"""
_CUSTOMER = """
user users caller customer customers client clients requester requestor requesters citizen applicant
kunde kunden anwender benutzer klant klanten gebruiker aanvrager utilisateur demandeur
cliente clientes clienti usuario usuarios usuaria utente utenti richiedente solicitante
"""
_VENDOR = """
vendor vendors supplier suppliers third 3rd external lieferant lieferanten leverancier fournisseur proveedor
fornitore fornecedor
"""
_FILLING = """
for on of by from the a an in s end to more party info information input response responses reply replies feedback
answer action confirmation approval acceptance verification data details contact state status
auf den die das dem der vom von op de het van een du la le les el los del do da dos al en di
antwort ruckmeldung antwoord reactie reponse respuesta risposta resposta informacion informazioni informacoes
"""
_WAITS, _FILLS = frozenset(_WAITING.split()), frozenset(_FILLING.split())
_OWNERS = {"customer": frozenset(_CUSTOMER.split()), "vendor": frozenset(_VENDOR.split())}
_ZENDESK = {"pending": "customer", "hold": "vendor", "on-hold": "vendor", "on hold": "vendor"}
"""There a ticket is pending while its requester is waited for, and on hold while a third party is."""
_ZENDESK_STATES = frozenset(("new", "open", "solved", "closed", "deleted", *_ZENDESK))
_CHINESE = {
    "customer": "客户|客戶|用户|用戶|来电人|來電人|申请人|申請人|投诉人|投訴人|报修人|報修人|诉求人|訴求人|市民|居民",
    "vendor": "供应商|供應商|厂商|廠商|厂家|廠家|第三方|外部",
}
_CHINESE_WAIT = r"(?:等待|等候|待|挂起[-（(：: ]*(?:等待|待))(?:{who})\S{{0,6}}"


def guess(activities: Iterable[str]) -> dict[str, str]:
    """Return the states in which somebody outside is waited for, with ``customer`` or ``vendor``.

    >>> guess(["Awaiting User Info", "Wait - Vendor", "Pending", "On Hold", "Customer waiting", "等待客户回复"])
    {'Awaiting User Info': 'customer', 'Wait - Vendor': 'vendor', '等待客户回复': 'customer'}
    >>> guess(["new", "open", "pending", "hold", "solved", "closed"]), guess(["new", "open", "pending", "done"])
    ({'pending': 'customer', 'hold': 'vendor'}, {})
    """
    names = {name: name.strip().casefold() for name in activities}
    if _ZENDESK_STATES >= {*names.values()} >= {"new", "open", "pending", "solved"}:
        return {name: _ZENDESK[plain] for name, plain in names.items() if plain in _ZENDESK}
    found = {name: _find_owner(name) for name in names}
    return {name: owner for name, owner in found.items() if owner}


def _find_owner(activity: str) -> str:
    for owner, who in _CHINESE.items():
        if re.fullmatch(_CHINESE_WAIT.format(who=who), activity.strip()):
            return owner
    plain = words(fold(activity))
    for owner, names in _OWNERS.items():
        at = [place for place, word in enumerate(plain) if word in names]
        waits = [place for place, word in enumerate(plain) if word in _WAITS]
        if at and waits and waits[0] < at[0] and all(word in names | _WAITS | _FILLS for word in plain):
            return owner
    return ""
