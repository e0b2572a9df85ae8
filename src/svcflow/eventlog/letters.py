"""Which encoding older than Unicode a text is in, by the letters it would hold.

One pair of bytes is a common sign in one encoding and a rare one in another; accented letters of Western text stand
alone between ASCII letters, those of Cyrillic and Chinese in runs. The signs in daily use are those of the first level
of GB 2312, Big5 and JIS X 0208.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

SAMPLE = 1 << 17
STATE = "state another with `encoding:` in a mapping where letters look wrong"
COMMON = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去"
    "法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关"
    "点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通"
    "這個們來為國說時要會對發後過經沒動面還進樣實軍無與長機關點業將兩間問並應戰頭體見產當開從學現種給門號員請處單負責聯絡電話郵"
    "案件编号活动时间处理人受理投诉结案客户工单状态创建关闭升级审批部门优先级标题描述完成解决回访派单接单申请提交退回张李王刘陈杨赵黄周吴"
    "編號時間處理結案客戶狀態創建關閉審批標題張劉陳楊趙黃週吳轉完成解決優先級投訴受理團隊技術支援"
)
"""Signs that any longer Chinese text is full of, and those of tables of service work, simplified and traditional."""

_CENTRAL = re.compile("[A-Za-zó][³¹¿Ÿœ¼¾ºª](?=[a-zœóêæ]|\\b)")
"""Signs between letters that Windows-1252 would put where Polish, Slovak and Romanian have letters."""


def find_wide(head: bytes) -> str:
    """Return the kind of UTF-16 or UTF-32 that bytes without a mark are in, or nothing.

    Such text holds zero bytes, at line ends, digits and separators at least; other text holds none.
    """
    if head.count(0) < max(2, len(head) // 200):
        return ""
    best, most = "", 0.95
    for name, width in (("utf-32-le", 4), ("utf-32-be", 4), ("utf-16-le", 2), ("utf-16-be", 2)):
        if len(head) >= 2 * width:
            found = _share_of_signs(head[: len(head) // width * width].decode(name, "replace"))
            if found > most:
                best, most = name, found
    return best


def _share_of_signs(text: str) -> float:
    """Return the share of characters that tables hold: printable ASCII, line ends, letters of living scripts."""
    good = sum(
        " " <= char <= "~"
        or char in "\t\r\n"
        or "\u00a0" <= char <= "\u052f"
        or "\u3000" <= char <= "\u30ff"
        or "\u4e00" <= char <= "\u9fa5"
        or "\uac00" <= char <= "\ud7a3"
        or "\uff00" <= char <= "\uff60"
        for char in text
    )
    plain = sum(char in "\n\r,;\t|" or char.isdigit() for char in text)
    return good / len(text) if plain * 50 >= len(text) else 0.0


def is_mostly_utf8(before: bytes, around: bytes) -> bool:
    """Return whether bytes beyond ASCII are UTF-8 nearly everywhere: the file is damaged then."""
    for data in (before, around):
        text = data.decode("utf-8", "replace")
        good = sum(char > "\x7f" and char != "\ufffd" for char in text)
        if good >= 10 and good > 20 * text.count("\ufffd"):
            return True
    return False


def choose(path: Path, offset: int, fits: Callable[[str], bool]) -> tuple[str, str]:
    """Return the likeliest encoding of a text that is not Unicode, and what to say of the choice.

    `offset` is where its first byte beyond UTF-8 stands; `fits` tells whether the whole file can be decoded with an
    encoding.
    """
    with path.open("rb") as stream:
        stream.seek(max(0, offset - SAMPLE // 4))
        sample = stream.read(SAMPLE)
        sample = sample if offset <= SAMPLE // 4 else sample.partition(b"\n")[2] or sample
    high = b"".join(re.findall(rb"[\x80-\xff]+", sample))
    asian = _choose_asian(sample, high, fits)
    if asian:
        return asian
    if _is_cyrillic(sample, high) and fits("cp1251"):
        return "cp1251", ""
    if fits("cp1250") and _is_central(sample):
        return "cp1250", ""
    if not fits("cp1252"):
        return "iso8859-1", f"Latin-1 is the only encoding that all bytes fit: {STATE}"
    return "cp1252", ""


def _choose_asian(sample: bytes, high: bytes, fits: Callable[[str], bool]) -> tuple[str, str] | None:
    """Return the encoding of Chinese or Japanese text, where the text is one."""
    scores = {name: _score(sample, name) for name in ("gb18030", "cp950", "cp932")}
    ranked = sorted((name for name in scores if scores[name] > 0.75), key=lambda name: -scores[name])
    good = [name for name in ranked if fits(name)]
    if not good or _is_western(sample) or not high:
        return None
    best = good[0]
    others = [name for name in good[1:] if scores[name] > 0.9 * scores[best]]
    names = {"gb18030": "GB18030", "cp950": "Big5", "cp932": "Shift-JIS"}
    if not others:
        return best, ""
    also = " or ".join(names[name] for name in others)
    return best, f"{names[best]} is likelier than {also}, but the text is short: {STATE}"


def _score(sample: bytes, name: str) -> float:
    """Return how much of the text beyond ASCII consists of signs in daily use, frequent ones counted in full."""
    text = sample.decode(name, "replace")
    signs = [char for char in text if char > "\x7f"]
    if not signs:
        return 0.0
    total = sum(_weight(char, name) for char in signs)
    return total / len(signs)


def _weight(char: str, name: str) -> float:
    if char in COMMON or char in "，。：；（）、！？“”《》「」・ー　％" or "\uff01" <= char <= "\uff5e":
        return 1.0
    if name == "cp932":
        if "\uff61" <= char <= "\uff9f":  # half-width kana stand alone in any bytes
            return 0.2
        if "\u3041" <= char <= "\u30fe":
            return 1.0
    if not "\u4e00" <= char <= "\u9fa5":
        return 0.1 if char != "\ufffd" else -2.0
    return 0.92 if _is_daily(char, name) else 0.3


def _is_daily(char: str, name: str) -> bool:
    """Return whether a sign belongs to the first level of the national standard."""
    try:
        pair = char.encode("gb2312" if name == "gb18030" else name)
    except UnicodeEncodeError:
        return False
    first = {"gb18030": (0xB0, 0xD7), "cp950": (0xA4, 0xC6), "cp932": (0x88, 0x98)}[name]
    return len(pair) == 2 and first[0] <= pair[0] <= first[1]


def _is_western(sample: bytes) -> bool:
    """Return whether bytes beyond ASCII mostly stand alone beside letters, as accents do."""
    alone = len(re.findall(rb"[A-Za-z][\x80-\xff](?![\x80-\xff])|(?<![\x80-\xff])[\x80-\xff][a-z]", sample))
    runs = re.findall(rb"[\x80-\xff]{2,}", sample)
    return alone > sum(map(len, runs)) / 2


def _is_cyrillic(sample: bytes, high: bytes) -> bool:
    """Return whether whole words consist of letters of Windows-1251, most of them small."""
    words = re.findall(rb"[\xc0-\xff\xa8\xb8]{3,}", sample)
    total = sum(map(len, words))
    small = sum(byte >= 0xE0 for word in words for byte in word)
    return total > 0.7 * len(high) and small > 0.6 * total


def _is_central(sample: bytes) -> bool:
    """Return whether letters stand inside words that Western European text does not have."""
    western = sample.decode("cp1252", "replace")
    inside = len(_CENTRAL.findall(western))
    czech = len(re.findall("[øì]", western)) and len(re.findall("[šž]", western))
    western_only = len(re.findall("[åæàùç]", western))
    return bool(inside >= 2 or (czech and not western_only))
