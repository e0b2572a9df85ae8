"""A compiled net -> PNML, as ProM and pm4py read it: silent transitions marked invisible, the final marking stated.

A plain net has no words for conditions, owners and clocks; the order of work is all that it keeps.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement

from svcflow.definitions.net import Net
from svcflow.mining.exchange.markup import clean, write_xml
from svcflow.mining.exchange.nets import live

NET_TYPE = "http://www.pnml.org/version-2009/grammar/pnmlcoremodel"


def write_pnml(net: Net, name: str, labels: Mapping[str, str]) -> str:
    """Return a net as PNML; `labels` are the names of its steps."""
    places, transitions = live(net)
    root = Element("pnml")
    element = SubElement(root, "net", {"id": "net", "type": NET_TYPE})
    _name(element, name)
    page = SubElement(element, "page", {"id": "page"})
    for number in places:
        place = SubElement(page, "place", {"id": f"p{number}"})
        _name(place, {net.source: "source", net.sink: "sink"}.get(number, f"p{number}"))
        if number == net.source:
            _text(SubElement(place, "initialMarking"), "1")
    arcs: list[tuple[str, str]] = []
    for number, transition in transitions:
        name_of = f"t{number}"
        written = SubElement(page, "transition", {"id": name_of})
        if transition.step is None:
            _name(written, f"end:{transition.outcome}" if transition.outcome else name_of)
            SubElement(written, "toolspecific", {"tool": "ProM", "version": "6.4", "activity": "$invisible$"})
        else:
            _name(written, labels[transition.step])
            SubElement(written, "toolspecific", {"tool": "svcflow", "version": "1", "step": clean(transition.step)})
        arcs += [(f"p{place}", name_of) for place in transition.consumes]
        arcs += [(name_of, f"p{place}") for place in transition.produces]
    for number, (source, target) in enumerate(arcs):
        SubElement(page, "arc", {"id": f"a{number}", "source": source, "target": target})
    final = SubElement(SubElement(element, "finalmarkings"), "marking")
    _text(SubElement(final, "place", {"idref": f"p{net.sink}"}), "1")
    return write_xml(root)


def _name(element: Element, text: str) -> None:
    _text(SubElement(element, "name"), clean(text))


def _text(element: Element, text: str) -> None:
    SubElement(element, "text").text = text
