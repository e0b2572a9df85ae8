"""The colours of the page, by token, for light and dark. One meaning for warm colours: waiting that can be addressed.

Text colours are chosen for a contrast of at least 4.5 on every ground they stand on; `PAIRS` lists which stand on
which, and a test measures them (axe does not look into SVG).
"""

from __future__ import annotations

from collections.abc import Mapping

LIGHT: dict[str, str] = {
    "ink": "#16202c", "muted": "#566170", "page": "#f4f5f7", "card": "#ffffff", "line": "#dde2e8", "soft": "#edf0f4",
    "hot": "#b23c17", "bar": "#7d97b3", "rest": "#cbd3dd", "touch": "#1b7f79", "wait": "#e6dccd", "focus": "#1463a8",
    "policy": "#6a7688", "policy-2": "#c5ccd6", "outside": "#5b7c99", "good": "#1b6e4b", "bad": "#a3261b",
    "l0": "#a9b5c4", "l1": "#d2962f", "l2": "#c66e1c", "l3": "#ab4117", "l4": "#76120b",
    "w0": "#dfe5ec", "w1": "#f2d3a0", "w2": "#eab06e", "w3": "#b4481a", "w4": "#84190f",
    "t0": "#16202c", "t1": "#16202c", "t2": "#16202c", "t3": "#ffffff", "t4": "#ffffff", "on-hot": "#ffffff",
    "tag0": "#566170", "tag1": "#8a5a0c", "tag2": "#9c4f0c", "button": "#16202c", "on-button": "#ffffff",
}  # fmt: skip

DARK: dict[str, str] = {
    "ink": "#e9eef4", "muted": "#a4b0be", "page": "#10161d", "card": "#1a222c", "line": "#2f3a47", "soft": "#243040",
    "hot": "#c24c26", "bar": "#56718f", "rest": "#445160", "touch": "#4fb8b0", "wait": "#3a352c", "focus": "#7cb8f0",
    "policy": "#8e9bae", "policy-2": "#434f5f", "outside": "#86a9c8", "good": "#63c596", "bad": "#ff8f7d",
    "l0": "#5c6b7d", "l1": "#b8964a", "l2": "#dc8a2c", "l3": "#f0672e", "l4": "#ff3d4a",
    "w0": "#2a3542", "w1": "#5e4a26", "w2": "#7b5120", "w3": "#b8471a", "w4": "#cb2a1f",
    "t0": "#e9eef4", "t1": "#fff4e0", "t2": "#ffffff", "t3": "#ffffff", "t4": "#ffffff", "on-hot": "#ffffff",
    "tag0": "#a4b0be", "tag1": "#d9b064", "tag2": "#e6a55e", "button": "#e9eef4", "on-button": "#10161d",
}  # fmt: skip

PAIRS = (
    ("ink", "page"), ("ink", "card"), ("ink", "soft"), ("muted", "page"), ("muted", "card"), ("muted", "soft"),
    ("touch", "card"), ("on-hot", "hot"), ("ink", "wait"), ("good", "card"), ("bad", "card"),
    ("t0", "w0"), ("t1", "w1"), ("t2", "w2"), ("t3", "w3"), ("t4", "w4"), ("tag0", "card"), ("tag1", "card"),
    ("tag2", "card"), ("on-button", "button"), ("ink", "policy-2"), ("focus", "card"), ("bad", "soft"),
)  # fmt: skip


def write_tokens(theme: Mapping[str, str] | None = None) -> str:
    """Return the style sheet's token sets: light, dark by the reader's system, dark by the button; print is light.

    `theme` replaces colours by token; those for dark begin with ``dark-``.
    """
    own = theme or {}
    both = (
        LIGHT | dict(own),
        DARK | {name.removeprefix("dark-"): c for name, c in own.items() if name.startswith("dark-")},
    )
    light, dark = (";".join(f"--{name}:{tokens[name]}" for name in LIGHT) for tokens in both)
    return (
        f":root{{color-scheme:light;{light}}}\n"
        "@media screen{\n"
        f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{color-scheme:dark;{dark}}}}}\n"
        f":root[data-theme=dark]{{color-scheme:dark;{dark}}}\n"
        "}\n"
    )


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two ``#rrggbb`` colours, 1..21 (WCAG 2.2)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
