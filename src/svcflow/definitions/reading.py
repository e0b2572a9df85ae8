"""What is noted while a file is read: remarks at their place, and references to be looked up when all is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from svcflow.definitions.durations import parse_duration
from svcflow.definitions.model import Target, Text
from svcflow.documents import Document, Listing, Mapping, Node, Scalar, Span
from svcflow.findings import Position
from svcflow.guards import Field, Guard, GuardError, compile_guard, suggest

ReferenceKind: TypeAlias = Literal["step", "role", "team", "calendar", "process"]


@dataclass(frozen=True, slots=True)
class Remark:
    """One mistake at its place; the rule that it breaks gives it its code."""

    message: str
    position: Position
    related: tuple[tuple[str, Position], ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """A name that something else must define; `process` is where it is looked up ('' for the whole workspace)."""

    kind: ReferenceKind
    name: str
    position: Position
    process: str = ""


@dataclass(slots=True)
class Reading:
    """One file while it is read. Values of a wrong shape were dropped before: what is missing reads as empty.

    Where case fields were among them, `fields_known` is false, and conditions are not judged.
    """

    document: Document
    process: str = ""
    fields: dict[str, Field] = field(default_factory=dict)
    fields_known: bool = True
    references: list[Reference] = field(default_factory=list)
    remarks: list[tuple[str, Remark]] = field(default_factory=list)

    @property
    def file(self) -> str:
        """Return what positions call the file."""
        return self.document.file

    def at(self, span: Span) -> Position:
        """Return a span as a position in this file."""
        return Position(self.file, span.line, span.column, span.end_line, span.end_column)

    def remark(self, rule: str, message: str, span: Span) -> None:
        """Note that the rule of that id is broken here."""
        self.remarks.append((rule, Remark(message, self.at(span))))

    def refer(self, kind: ReferenceKind, node: Scalar) -> str:
        """Note a name to be looked up later, and return it."""
        scope = self.process if kind == "step" else ""
        self.references.append(Reference(kind, node.text, self.at(node.span), scope))
        return node.text

    def name(self, kind: ReferenceKind, node: Node | None) -> str | None:
        """Return the name a node refers to."""
        return self.refer(kind, node) if isinstance(node, Scalar) else None

    def names(self, kind: ReferenceKind, node: Node | None) -> tuple[str, ...]:
        """Return the name or names a node refers to."""
        return tuple(self.refer(kind, item) for item in scalars(node))

    def guard(self, node: Node | None) -> Guard | None:
        """Compile a condition; one that cannot be compiled is noted and never decides."""
        if not isinstance(node, Scalar):
            return None
        try:
            return compile_guard(node.text, self.fields)
        except GuardError as error:
            if self.fields_known:
                span = self.document.within(node, error.column - 1, error.end_column - 1)
                self.remark("guard-error", error.message, span)
            return Guard(node.text, ())

    def unknown_field(self, node: Scalar) -> None:
        """Note the name of a case field that is none."""
        if self.fields_known:
            near = suggest(node.text, sorted(self.fields))
            self.remark("guard-error", f"unknown field '{node.text}'{near}", node.span)

    def target(self, node: Node | None) -> Target | None:
        """Return a duration, or one per value of a case field."""
        if isinstance(node, Scalar):
            return Target(parse_duration(node.text), position=self.at(node.span))
        if not isinstance(node, Mapping):
            return None
        by = node.get("by")
        values: list[tuple[str, int]] = []
        otherwise: int | None = None
        for key, value in node.entries:
            seconds = parse_duration(value.text) if isinstance(value, Scalar) else None
            if key.text == "by" or seconds is None:
                continue
            if key.text == "else":
                otherwise = seconds
            else:
                values.append((key.text, seconds))
        if isinstance(by, Scalar):
            self._judge_values(by, node)
        return Target(None, text(by), tuple(values), otherwise, self.at(node.span))

    def _judge_values(self, by: Scalar, node: Mapping) -> None:
        """Note a target that depends on no field, or on values its field cannot have."""
        of = self.fields.get(by.text)
        if of is None:
            self.unknown_field(by)
            return
        allowed = {"enum": of.values, "boolean": ("true", "false")}.get(of.kind)
        for key, _ in node.entries:
            if allowed is not None and key.text not in (*allowed, "by", "else"):
                message = f"'{key.text}' is not a value of {of.name} ({', '.join(allowed)}){suggest(key.text, allowed)}"
                self.remark("bad-value", message, key.span)


def text(node: Node | None, default: str = "") -> str:
    """Return a scalar as text."""
    return node.text if isinstance(node, Scalar) else default


def optional(node: Node | None) -> str | None:
    """Return a scalar as text, or ``None``."""
    return node.text if isinstance(node, Scalar) else None


def number(node: Node | None) -> float | None:
    """Return a scalar as a number, or ``None``."""
    value = node.value if isinstance(node, Scalar) else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def integer(node: Node | None) -> int | None:
    """Return a scalar as a whole number, or ``None``."""
    value = node.value if isinstance(node, Scalar) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def scalars(node: Node | None) -> tuple[Scalar, ...]:
    """Return a scalar, or the scalars of a list."""
    if isinstance(node, Scalar):
        return (node,)
    return tuple(item for item in node.items if isinstance(item, Scalar)) if isinstance(node, Listing) else ()


def entries(node: Node | None) -> tuple[tuple[Scalar, Node], ...]:
    """Return the entries of a mapping."""
    return node.entries if isinstance(node, Mapping) else ()


def display(node: Node | None, default: str) -> Text:
    """Return a name to show: a text that serves both languages, or one for each."""
    if isinstance(node, Mapping):
        return Text(text(node.get("en"), default), text(node.get("zh"), default))
    shown = text(node, default)
    return Text(shown, shown)
