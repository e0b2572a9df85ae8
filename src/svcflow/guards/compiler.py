"""Text -> guard: Python's parser reads it, a closed list of syntax nodes compiles, everything else is refused."""

from __future__ import annotations

import ast
import keyword
import operator
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from svcflow.guards.language import Data, Field, Guard, GuardError, Truth, Value, suggest, undecided
from svcflow.guards.logic import all_of, any_of, compare_values, negate
from svcflow.guards.values import read_moment, reader

MAX_LENGTH = 1_000
MAX_DEPTH = 40


def compile_guard(text: str, fields: Mapping[str, Field]) -> Guard:
    """Compile a condition over `fields`; raise `GuardError` at the first thing in it that cannot be meant."""
    compiler = _Compiler(text, fields)
    truth = compiler.compile()
    types = tuple(fields[name] for name in sorted(compiler.read))
    literals = tuple(sorted(compiler.literals, key=repr))
    return Guard(text.strip(), tuple(t.name for t in types), types, literals, compiler.relates, truth)


def compile_again(text: str, types: tuple[Field, ...]) -> Guard:
    """Compile the text of a guard over the fields it reads: how a guard comes out of a pickle."""
    return compile_guard(text, {t.name: t for t in types})


_ORDER: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt,
    ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
}  # fmt: skip
_EQUALITY = (ast.Eq, ast.NotEq)
_WORDS_OF_GUARDS = frozenset({"and", "or", "not", "in", "is", "if", "else", "lambda", "None", "True", "False"})
_HIDDEN = re.compile(
    r"'[^']*'|\"[^\"]*\"|(`[^`]+`|\b(?:" + "|".join(sorted(set(keyword.kwlist) - _WORDS_OF_GUARDS)) + r")\b)"
)
_HABITS = (
    (re.compile(r"&&"), "write 'and' instead of '&&'"),
    (re.compile(r"\|\|"), "write 'or' instead of '||'"),
    (re.compile(r"<>"), "write '!=' instead of '<>'"),
    (re.compile(r"!(?!=)"), "write 'not' instead of '!'"),
    (re.compile(r"(?<![=!<>])=(?!=)"), "one '=' does not compare; write '=='"),
    (re.compile(r"#"), "'#' has no meaning in a condition"),
    (re.compile(r"\\"), "'\\' has no meaning in a condition"),
)
_NAMES = {"enum": "a word", "string": "a text", "number": "a number", "integer": "a number", "boolean": "true or false",
          "datetime": "a time"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Operand:
    """One side of a comparison: a field or a literal; `kind` ``word`` is a bare name that is no field."""

    kind: str
    read: Value
    node: ast.AST
    field: Field | None = None
    literal: Any = None


class _Compiler:
    """Turns one text into one closure; `read` collects the names of the fields it reads."""

    def __init__(self, text: str, fields: Mapping[str, Field]) -> None:
        self.text = text
        self.fields = fields
        self.read: set[str] = set()
        self.literals: set[tuple[str, object]] = set()
        self.relates = False
        self._lead = len(text) - len(text.lstrip())
        # Python's keywords and `quoted names` may be words: hide them from the parser, keep every column.
        self._source = _HIDDEN.sub(lambda m: "_" * len(m[1]) if m[1] else m[0], text.strip())
        self._source = re.sub(r"[\r\n\t\f\x0b]", " ", self._source)
        self._bytes = self._source.encode("utf-8", "replace")

    def compile(self) -> Truth:
        """Return the closure of the whole text."""
        if len(self.text) > MAX_LENGTH:
            raise GuardError(f"a condition of {len(self.text)} characters; {MAX_LENGTH} are read", 1, 2)
        if not self._source:
            raise GuardError("the condition is empty", 1, 2)
        self._refuse_habits()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(self._source, mode="eval")
        except SyntaxError as error:
            raise self._misread(error) from None
        except (ValueError, MemoryError, RecursionError):
            raise GuardError("this cannot be read as a condition", 1, len(self.text) + 1) from None
        return self._truth(tree.body, 0)

    def _refuse_habits(self) -> None:
        bare = re.sub(r"'[^']*'|\"[^\"]*\"", lambda m: "'" + "x" * (len(m[0]) - 2) + "'", self._source)
        for pattern, message in _HABITS:
            if found := pattern.search(bare):
                start = self._lead + found.start() + 1
                raise GuardError(message, start, start + len(found[0]))

    def _misread(self, error: SyntaxError) -> GuardError:
        message = error.msg or ""
        offset = (error.offset or 0) - 1
        if not 0 <= offset < len(self._source):
            end = self._lead + len(self._source)
            return GuardError("the condition ends too early", end, end + 1)
        start = self._lead + offset + 1
        if "never closed" in message:
            return GuardError("'(' is never closed", start, start + 1)
        if "unterminated" in message:
            return GuardError("the text has no closing quote", start, start + 1)
        word = re.match(r"[\w.]+|.", self.text[start - 1 :])
        shown = word[0] if word else "?"
        return GuardError(f"cannot read the condition at '{shown}'", start, start + len(shown))

    # positions

    def _columns(self, node: ast.AST) -> tuple[int, int]:
        """Return where a node stands in the source, as characters from 0 (Python counts bytes)."""
        start, end = getattr(node, "col_offset", 0), getattr(node, "end_col_offset", None)
        before = len(self._bytes[:start].decode("utf-8", "replace"))
        return before, len(self._bytes[:end].decode("utf-8", "replace")) if end is not None else before + 1

    def _word(self, node: ast.AST) -> str:
        start, end = self._columns(node)
        return self.text[self._lead + start : self._lead + end].strip("`")

    def _error(self, node: ast.AST, message: str) -> GuardError:
        start, end = self._columns(node)
        return GuardError(message, self._lead + start + 1, self._lead + end + 1)

    # conditions

    def _truth(self, node: ast.expr, depth: int) -> Truth:
        if depth > MAX_DEPTH:
            raise self._error(node, f"nested deeper than {MAX_DEPTH} levels")
        if isinstance(node, ast.BoolOp):
            parts = tuple(self._truth(value, depth + 1) for value in node.values)
            return all_of(parts) if isinstance(node.op, ast.And) else any_of(parts)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return negate(self._truth(node.operand, depth + 1))
        if isinstance(node, ast.Compare):
            return self._comparisons(node)
        operand = self._operand(node, None)
        if operand.kind == "word":
            raise self._unknown(operand)
        if operand.kind != "boolean":
            raise self._error(node, f"a condition must be true or false; this is {_NAMES[operand.kind]}")
        return operand.read

    def _comparisons(self, node: ast.Compare) -> Truth:
        sides = [node.left, *node.comparators]
        parts = tuple(
            self._comparison(left, op, right) for left, op, right in zip(sides, node.ops, sides[1:], strict=False)
        )
        return parts[0] if len(parts) == 1 else all_of(parts)

    def _comparison(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Truth:
        if isinstance(op, ast.In | ast.NotIn):
            found = self._membership(left, right)
            return found if isinstance(op, ast.In) else negate(found)
        if type(op) not in _ORDER:
            raise self._error(right, "compare with == != < <= > >= or in")
        a = self._operand(left, None)
        b = self._operand(right, a.field)
        if a.kind == "word":
            a = self._operand(left, b.field)
        for operand in (a, b):
            if operand.kind == "word":
                raise self._unknown(operand, b.field if operand is a else a.field)
        self._refuse_mismatch(a, b, op)
        self._note(a, b)
        return compare_values(a.read, b.read, _ORDER[type(op)], enum=a.kind == "enum" and not isinstance(op, _EQUALITY))

    def _membership(self, left: ast.expr, right: ast.expr) -> Truth:
        a = self._operand(left, None)
        if a.kind == "word":
            raise self._unknown(a)
        listed = right.elts if isinstance(right, ast.Tuple | ast.List | ast.Set) else [right]
        values = []
        for item in listed:
            b = self._operand(item, a.field)
            if b.field is not None:
                raise self._error(item, "the list after 'in' holds values, not fields")
            if b.kind == "word":
                raise self._unknown(b, a.field)
            self._refuse_mismatch(a, b, ast.Eq())
            self._note(a, b)
            values.append(b.literal)
        wanted, read = frozenset(values), a.read

        def contains(data: Data) -> bool | None:
            value = read(data)
            return None if value is None else value in wanted

        return contains

    def _note(self, a: _Operand, b: _Operand) -> None:
        for side, other in ((a, b), (b, a)):
            if side.field is not None and other.field is None:
                self.literals.add((side.field.name, other.literal))
        both = a.field is not None and b.field is not None
        self.relates = self.relates or (both and a.kind not in ("enum", "boolean"))

    def _refuse_mismatch(self, a: _Operand, b: _Operand, op: ast.cmpop) -> None:
        kinds = {"number" if o.kind == "integer" else o.kind for o in (a, b)}
        if len(kinds) > 1:
            raise self._error(b.node, f"cannot compare {_NAMES[a.kind]} with {_NAMES[b.kind]}")
        if a.kind == "enum" and a.field and b.field and a.field.values != b.field.values:
            raise self._error(b.node, f"'{a.field.name}' and '{b.field.name}' do not have the same values")
        if a.kind in ("string", "boolean") and not isinstance(op, _EQUALITY):
            raise self._error(b.node, f"{_NAMES[a.kind]} has no order; compare with == or !=")

    # operands

    def _operand(self, node: ast.expr, beside: Field | None) -> _Operand:
        """Return one side of a comparison; `beside` is the field on the other side, which lends a word its meaning."""
        if isinstance(node, ast.Name):
            return self._name(node, beside)
        sign = 1
        literal: ast.expr = node
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            sign, literal = -1 if isinstance(node.op, ast.USub) else 1, node.operand
        if isinstance(literal, ast.Constant):
            value = literal.value
            if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= 1e300:
                return self._number(node, sign * value, beside)
            if isinstance(value, str) and literal is node:
                return self._text(node, value, beside)
            if isinstance(value, bool):
                raise self._error(node, f"write '{str(value).lower()}'")
            if value is None:
                raise self._error(node, "missing data is unknown and cannot be compared with")
        if isinstance(node, ast.Call):
            raise self._error(node, f"a condition cannot call '{self._word(node.func)}'")
        raise self._error(node, "a condition compares fields with words, 'texts', numbers, true and false")

    def _name(self, node: ast.Name, beside: Field | None) -> _Operand:
        word = self._word(node)
        if beside is not None and beside.kind == "enum" and word in beside.values:
            rank = beside.values.index(word)
            return _Operand("enum", lambda _: rank, node, None, rank)
        if word in self.fields:
            found = self.fields[word]
            self.read.add(word)
            return _Operand(found.kind, reader(found), node, found)
        if word in ("true", "false"):
            value = word == "true"
            return _Operand("boolean", lambda _: value, node, None, value)
        return _Operand("word", undecided, node)

    def _number(self, node: ast.expr, value: float, beside: Field | None) -> _Operand:
        if beside is not None and beside.kind == "enum":
            return self._text(node, self._word(node), beside)
        return _Operand("number", lambda _: value, node, None, value)

    def _text(self, node: ast.expr, value: str, beside: Field | None) -> _Operand:
        if beside is not None and beside.kind == "enum":
            if value not in beside.values:
                raise self._no_value(node, value, beside)
            rank = beside.values.index(value)
            return _Operand("enum", lambda _: rank, node, None, rank)
        if beside is not None and beside.kind == "datetime":
            moment = read_moment(value)
            if moment is None:
                raise self._error(node, f"'{value}' is no time; write '2026-11-02' or '2026-11-02T09:00'")
            return _Operand("datetime", lambda _: moment, node, None, moment)
        return _Operand("string", lambda _: value, node, None, value)

    def _unknown(self, operand: _Operand, beside: Field | None = None) -> GuardError:
        word = self._word(operand.node)
        if beside is not None and beside.kind == "enum":
            return self._no_value(operand.node, word, beside)
        if beside is not None and beside.kind in ("string", "datetime"):
            return self._error(operand.node, f"a text needs quotes: '{word}'")
        known = sorted(self.fields)
        return self._error(operand.node, f"unknown field '{word}'{suggest(word, known)}")

    def _no_value(self, node: ast.AST, word: str, of: Field) -> GuardError:
        shown = ", ".join(of.values[:12]) + (", …" if len(of.values) > 12 else "")
        return self._error(node, f"'{word}' is not a value of {of.name} ({shown}){suggest(word, of.values)}")
