"""Direct identifiers of a person in a text: mail, phone, bank account, card and identity numbers.

Numbers that carry a check are believed only if it holds: IBAN (ISO 13616), cards (Luhn), the Chinese identity card
(GB 11643). Numbers without one are believed by their form, and a bare number of eleven digits only where it is a
Chinese mobile number.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

Check = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Identifier:
    """One kind of identifier: its word, how it is written, what must hold of it.

    `sure` says that a single one is evidence; others occur among plain numbers by chance.
    """

    word: str
    pattern: re.Pattern[str]
    holds: Check
    sure: bool


def _check_iban(text: str) -> bool:
    plain = re.sub(r"\s", "", text).upper()
    turned = plain[4:] + plain[:4]
    return len(plain) <= 34 and int("".join(str(int(letter, 36)) for letter in turned)) % 97 == 1


def _check_luhn(text: str) -> bool:
    digits = [int(char) for char in text if char.isdigit()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    return 13 <= len(digits) <= 19 and len(set(digits)) > 1 and (sum(doubled) + sum(digits[-1::-2])) % 10 == 0


def _check_identity_card(text: str) -> bool:
    """Return whether a Chinese identity number holds: a date of birth, and the check digit of GB 11643."""
    try:
        born = dt.date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    weighed = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(text[:17]))
    return born.year >= 1900 and "10X98765432"[weighed % 11] == text[17].upper()


def _check_phone(text: str) -> bool:
    return 8 <= sum(char.isdigit() for char in text) <= 15


def _always(_: str) -> bool:
    return True


_EDGE, _END = r"(?<![\w.+@-])", r"(?![\w@]|[-.]\w)"
_MAIL = r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})*\.[^\W\d_]{2,24}"
_IBAN = r"(?<!\w)[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]{4}){2,7}(?: ?[A-Za-z0-9]{1,3})?(?!\w)"
_IDENTITY_CARD = r"(?<!\d)[1-9]\d{16}[\dXx](?!\d)"
_SOCIAL_SECURITY = _EDGE + r"(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}" + _END
_CARD = r"(?<![\w.-])[2-6]\d{3}(?:([ -]?)\d{4}){2}\1\d{1,7}(?![\w-])"
_ABROAD = r"(?<![\w+])\+[1-9]\d{0,2}(?:[ ./()-]{0,3}\d){6,13}(?!\d)"
_ABROAD_00 = r"(?<![\w.-])00[1-9]\d{0,2}(?:[ ./()-]{1,3}\d+){1,6}(?!\d)"
_CHINA = r"(?<!\d)(?:86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)"
_AMERICA = _EDGE + r"(?:\(\d{3}\) ?|\d{3}[-. ])[2-9]\d{2}[-. ]\d{4}" + _END
_TRUNK = r"(?<![\w.:-])(?<!\d )\(?0\d{2,4}\)?(?:[ /-]\d{2,8}){1,4}" + _END
_GERMANY = r"(?<![\w.:-])01[5-7]\d{1,2}[ /-]?\d{7,8}(?!\d)"

KINDS = (
    Identifier("mail", re.compile(_MAIL), _always, sure=True),
    Identifier("iban", re.compile(_IBAN, re.ASCII), _check_iban, sure=True),
    Identifier("identity number", re.compile(_IDENTITY_CARD, re.ASCII), _check_identity_card, sure=True),
    Identifier("identity number", re.compile(_SOCIAL_SECURITY, re.ASCII), _always, sure=False),
    Identifier("card number", re.compile(_CARD, re.ASCII), _check_luhn, sure=False),
    Identifier("phone", re.compile(_ABROAD, re.ASCII), _check_phone, sure=True),
    Identifier("phone", re.compile(_ABROAD_00, re.ASCII), _check_phone, sure=False),
    Identifier("phone", re.compile(_CHINA, re.ASCII), _always, sure=False),
    Identifier("phone", re.compile(_AMERICA, re.ASCII), _always, sure=False),
    Identifier("phone", re.compile(_TRUNK, re.ASCII), _check_phone, sure=False),
    Identifier("phone", re.compile(_GERMANY, re.ASCII), _always, sure=False),
)


def find(text: str) -> Iterator[tuple[Identifier, str]]:
    """Yield the identifiers in a text with their kind; a text may be found as more than one kind.

    >>> [(kind.word, found) for kind, found in find("call +49 170 1234567, or a@b.de")]
    [('mail', 'a@b.de'), ('phone', '+49 170 1234567')]
    """
    if not _may_hold(text):
        return
    for kind in KINDS:
        for match in kind.pattern.finditer(text):
            if kind.holds(match[0]):
                yield kind, match[0]


def redact(text: str) -> str:
    """Return a text whose identifiers are replaced by their kind.

    >>> redact("mail ann@example.com or call 13912345678")
    'mail [mail] or call [phone]'
    """
    if _may_hold(text):
        for kind in KINDS:
            text = kind.pattern.sub(partial(_replace, kind), text)
    return text


def _replace(kind: Identifier, match: re.Match[str]) -> str:
    return f"[{kind.word}]" if kind.holds(match[0]) else match[0]


def survey(texts: Iterable[str]) -> dict[str, int]:
    """Return in how many texts each kind stands; one that occurs by chance only where a fifth of the texts have it."""
    counts: dict[str, set[int]] = {}
    sure: set[str] = set()
    total = 0
    for total, text in enumerate(texts, 1):
        for kind, _ in find(text):
            counts.setdefault(kind.word, set()).add(total)
            if kind.sure:
                sure.add(kind.word)
    return {word: len(found) for word, found in counts.items() if word in sure or 5 * len(found) >= total}


def _may_hold(text: str) -> bool:
    """Return whether a text could hold an identifier at all: most texts of a log cannot."""
    return "@" in text or sum(char.isdigit() for char in text) >= 8
