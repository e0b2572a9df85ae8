"""Which columns hold what people wrote, rather than ids, categories, numbers or dates: with the evidence for it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from svcflow.eventlog.privacy import identifiers
from svcflow.eventlog.privacy.pseudonyms import is_pseudonym
from svcflow.eventlog.roles.evidence import Profile, Source
from svcflow.eventlog.roles.lexicon import words

TEXTS = """
    description, descriptions, comment, comments, note, notes, remark, remarks, body, message, messages, subject,
    summary, transcript, narrative, details, text, feedback, resolution notes, work notes, close notes, reply, question,
    answer, complaint text, beschreibung, kommentar, kommentare, bemerkung, bemerkungen, notiz, notizen, betreff,
    nachricht, omschrijving, opmerking, opmerkingen, toelichting, descrizione, commento, commenti, oggetto, messaggio,
    descripción, comentario, comentarios, commentaire, commentaires, objet, 备注, 内容, 描述, 说明, 正文, 留言, 意见,
    详情, 标题, 主题, 摘要, 回复, 评论, 问题, 诉求
"""
PEOPLE = """
    customer, customers, client, requester, requestor, caller, reporter, contact, citizen, patient, complainant, kunde,
    klant, cliente, kundin, melder, anrufer, aanvrager, richiedente, demandeur, 客户, 顾客, 用户, 申请人, 来电人,
    联系人, 投诉人, 报修人, 姓名, 机主
"""
IDENTIFYING = """
    e-mail, email, mail, phone, telephone, mobile, tel, iban, ssn, passport, first name, last name, full name, surname,
    given name, family name, birthdate, date of birth, address, street, vorname, nachname, telefon, handy, straße,
    adresse, geburtsdatum, voornaam, achternaam, telefoon, nome, cognome, telefono, indirizzo, 邮箱, 电话, 手机, 身份证,
    证件号, 姓名, 地址, 住址, 护照, 出生日期
"""

LONG = 24
"""Letters of a value (half as many in Chinese) from which it is a sentence rather than a name."""
DISTINCT = 20
"""So many different values, at least, before a column is text by its contents alone."""
OWN = 0.5
"""Where there is one value for every two cases, values are no categories."""
LISTED = 200
"""Values looked at for the form of their contents."""

_ENDS = re.compile(r"[.!?;。！？；，]|,\s|\n")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a column is taken for, and why: ``text`` (what people wrote) or ``other``.

    `personal` says which direct identifiers it holds, in words; empty where none was found.
    """

    name: str
    kind: str
    reason: str
    personal: str = ""


def judge(source: Source, name: str, cases: int) -> Judgement:
    """Judge one column of a log of so many cases."""
    profile = Profile(source, name)
    if profile.is_time or profile.is_number or not profile.sample:
        return Judgement(name, "other", "times, numbers or nothing", find_personal(profile))
    distinct = profile.encoded.distinct
    values = list(dict.fromkeys(profile.sample))[:LISTED]
    sentences = sum(map(_is_sentence, values)) / len(values)
    own = distinct / max(1, min(cases, int((~profile.encoded.missing()).sum())))
    word = says(name, TEXTS)
    personal = find_personal(profile)
    if word and (sentences >= 0.1 or (own >= 0.1 and _has_words(values))):
        return Judgement(name, "text", f"its name says {word!r}, {sentences:.0%} of its values are sentences", personal)
    if distinct >= DISTINCT and own >= OWN and sentences >= 0.3:
        return Judgement(name, "text", f"{distinct:,} values, {sentences:.0%} of them sentences", personal)
    if distinct >= 5 and personal and sentences >= 0.3 and own >= 0.1:
        return Judgement(
            name, "text", f"{sentences:.0%} of its values are sentences, and it holds {personal}", personal
        )
    return Judgement(name, "other", f"{distinct:,} values, {sentences:.0%} of them sentences", personal)


def find_personal(profile: Profile, *, by_name: bool = True) -> str:
    """Return which direct identifiers the values of a column hold or (`by_name`) its name promises; empty: none."""
    values = [text for text in dict.fromkeys(profile.sample) if not is_pseudonym(text)][:LISTED]
    if not values:
        return ""
    if found := identifiers.survey(values):
        return ", ".join(f"{word}s" if count > 1 else f"one {word}" for word, count in found.items())
    word = says(profile.name, IDENTIFYING) if by_name else ""
    return f"what its name calls {word!r}" if word else ""


def find_customers(names: Iterable[str]) -> tuple[str, ...]:
    """Return the columns whose names say that they hold who a case is done for."""
    return tuple(name for name in names if says(name, PEOPLE) and not says(name, TEXTS))


def says(header: str, listed: str) -> str:
    """Return the listed word that a column name holds, or nothing.

    >>> says("Work Notes (internal)", TEXTS), says("处理备注", TEXTS), says("noted_by", TEXTS)
    ('work notes', '备注', '')
    """
    parts = words(header)
    for phrase, own in _phrases(listed):
        if any(parts[place : place + len(own)] == own for place in range(len(parts) - len(own) + 1)):
            return phrase
        if ord(phrase[0]) >= 0x2E80 and phrase in header:
            return phrase
    return ""


@lru_cache(maxsize=8)
def _phrases(listed: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    phrases = sorted((phrase.strip() for phrase in listed.split(",")), key=len, reverse=True)
    return tuple((phrase, words(phrase)) for phrase in phrases)


def _is_sentence(text: str) -> bool:
    """Return whether a text is written prose: long for its script, of several words or with a sentence's marks."""
    wide = sum(ord(char) >= 0x2E80 for char in text)
    if 2 * wide >= len(text):
        return 2 * len(text) >= LONG or (wide >= 6 and bool(_ENDS.search(text)))
    return (len(text) >= LONG and len(text.split()) >= 4) or (len(text.split()) >= 3 and bool(_ENDS.search(text)))


def _has_words(values: list[str]) -> bool:
    """Return whether at least a tenth of the values are more than one word."""
    several = sum(len(text.split()) >= 2 or sum(ord(c) >= 0x2E80 for c in text) >= 4 for text in values)
    return 10 * several >= len(values)
