"""What a house brings to the page: its colours by token, and its logo."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from pathlib import Path

from svcflow import documents
from svcflow.errors import InputError
from svcflow.report.palette import LIGHT

KINDS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif", b"RIFF": "image/webp"}
MOST_BYTES = 200_000
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_SVG = re.compile(rb"^(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<svg[\s>]", re.DOTALL)


def read_theme(path: Path) -> dict[str, str]:
    """Return the colours in a YAML or JSON file, ``token: '#rrggbb'``; a token for dark begins with ``dark-``.

    Raises InputError at the place of what is no known token or no colour.
    """
    try:
        document = documents.read(path)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}", "a theme is a YAML file") from None
    if document.faults:
        fault = document.faults[0]
        raise InputError(f"{document.file}:{fault.span.line}:{fault.span.column}: {fault.message}", "mend the theme")
    content = documents.plain(document.root)
    if not isinstance(content, Mapping):
        raise InputError(f"{path}: a theme holds colours by token", "for example  hot: '#b23c17'")
    for token, colour in content.items():
        if str(token).removeprefix("dark-") not in LIGHT:
            raise InputError(f"{path}: no token {str(token)[:40]!r}", "tokens: " + ", ".join(LIGHT))
        if not isinstance(colour, str) or not _COLOUR.fullmatch(colour):
            raise InputError(f"{path}: {token}: {str(colour)[:40]!r} is no colour", "write '#rrggbb', in quotes")
    return {str(token): colour for token, colour in content.items()}


def read_logo(path: Path) -> str:
    """Return a picture as a ``data:`` address. Raises InputError where it is none, or too large for one page."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"cannot read {path}: {error.strerror or error}", "name a PNG, JPEG, WebP or SVG file"
        ) from None
    if len(data) > MOST_BYTES:
        raise InputError(f"{path}: {len(data):,} bytes are too many for a logo", f"at most {MOST_BYTES:,}")
    kind = next((kind for mark, kind in KINDS.items() if data.startswith(mark)), "")
    if not kind and _SVG.match(data):
        kind = "image/svg+xml"
    if not kind:
        raise InputError(f"{path} is no picture", "name a PNG, JPEG, WebP or SVG file")
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"
