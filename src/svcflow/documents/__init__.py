"""YAML with positions: text -> nodes that know where they stand, and faults instead of exceptions.

Scalars follow the rules of YAML 1.2 (core schema): ``22:00`` and ``no`` are texts. Duplicate keys, tags, aliases that
multiply, and deep or huge documents are faults. Built from parser events, so that a hostile file meets the limits
before it is composed.
"""

from svcflow.documents.nodes import Document, Fault, Listing, Mapping, Node, Scalar, Span, plain, walk
from svcflow.documents.scalars import resolve
from svcflow.documents.texts import decode, parse, read

__all__ = [
    "Document",
    "Fault",
    "Listing",
    "Mapping",
    "Node",
    "Scalar",
    "Span",
    "decode",
    "parse",
    "plain",
    "read",
    "resolve",
    "walk",
]
