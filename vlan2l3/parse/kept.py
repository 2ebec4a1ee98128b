"""Keep an answer whole, under its command: the catalogue of `analyze` searches its words.

Comes in: an answer. Goes out: one record with the text, and nothing that was not understood.
"""

from __future__ import annotations

from vlan2l3.parse.raw import Raw, Rows
from vlan2l3.parse.records import FileText


def kept(raw: Raw) -> Rows:
    """Keep the text of an answer."""
    text = FileText(source=raw.at(1), path=raw.command, text=raw.text)
    return Rows(records=(text,), unparsed=(), expected=1, parsed=1)
