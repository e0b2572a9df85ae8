"""Definitions for other tools and back: BPMN 2.0, PNML, process trees, Graphviz, and pm4py's objects.

`diagram` is the middle: nodes and flows as BPMN draws them. A definition becomes a diagram (`drawing`), a diagram is
placed (`placing`) and written; a file is read into a diagram and folded back into blocks (`blocks`).
"""
