"""Read XML into the shape that decoded JSON has, so that the same paths lead through both.

Comes in: the text of a NETCONF reply, hostile until it is read. Goes out: dicts, lists and texts, and the
line each row starts on. Declarations of a document type, with which entities come, are refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

_ENVELOPE = "rpc-reply"


@dataclass(slots=True)
class _Element:
    name: str
    line: int
    text: list[str] = field(default_factory=list)
    children: dict[str, list[_Element]] = field(default_factory=dict)


def decoded(text: str) -> tuple[Any, Mapping[str, int]]:
    """Give the tree, and the line of every element by the keys that lead to it, joined by `/`.

    An element with children is a dict, one without is its text, and one that is repeated is a list. The
    envelope of a reply, namespaces and attributes are left out.

    Raises:
        ValueError: when the text is not XML, or declares a document type.
    """
    root = _parsed(text)
    lines: dict[str, int] = {}
    return _value(root, "", lines), lines


def _parsed(text: str) -> _Element:
    top = _Element("", 1)
    open_elements = [top]
    parser = expat.ParserCreate()
    above = text[: len(text) - len(text.lstrip())].count("\n")

    def start(name: str, _attributes: Mapping[str, str]) -> None:
        element = _Element(name.rpartition(":")[2], above + parser.CurrentLineNumber)
        if element.name != _ENVELOPE:
            open_elements[-1].children.setdefault(element.name, []).append(element)
            open_elements.append(element)

    def end(name: str) -> None:
        if name.rpartition(":")[2] != _ENVELOPE:
            open_elements.pop()

    def data(text: str) -> None:
        open_elements[-1].text.append(text)

    def refuse(*_declared: object) -> None:
        raise ValueError("the XML declares a document type")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = data
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(text.lstrip(), True)  # noqa: FBT003  it takes no names
    except expat.ExpatError as error:
        raise ValueError(f"not XML: {error}") from error
    return top


def _value(element: _Element, pointer: str, lines: dict[str, int]) -> Any:
    lines[pointer] = element.line
    if not element.children:
        return "".join(element.text).strip()
    return {name: _values(same, pointer, lines) for name, same in element.children.items()}


def _values(same: list[_Element], pointer: str, lines: dict[str, int]) -> Any:
    if len(same) == 1:
        return _value(same[0], _below(pointer, same[0].name), lines)
    return list(_items(same, _below(pointer, same[0].name), lines))


def _items(same: list[_Element], pointer: str, lines: dict[str, int]) -> Iterator[Any]:
    for index, element in enumerate(same):
        yield _value(element, _below(pointer, str(index)), lines)


def _below(pointer: str, key: str) -> str:
    return f"{pointer}/{key}" if pointer else key
