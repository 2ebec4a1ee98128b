"""Tell whether a host's ifupdown files are all known, and hold nothing that would be lost.

Comes in: a `Host`. Goes out: the reasons for which they can't be rewritten, and the files there are.
"""

from __future__ import annotations

from vlan2l3.design.ifupdown import bound_interfaces, sourced, unsupported_lines
from vlan2l3.design.target import Reason
from vlan2l3.network.model import Host
from vlan2l3.parse.records import FileText
from vlan2l3.quote import printable_line

MAIN = "/etc/network/interfaces"
INCLUDED = f"{MAIN}.d"


def reasons(host: Host) -> list[Reason]:
    """List what of its files isn't known, and each line that has no place in a routed host."""
    main = host.file(MAIN)
    if main is None:
        return [Reason(text=f"`{MAIN}` was not captured, so it can't be rewritten")]
    found = [
        Reason(text=f"`{MAIN}` includes {what}, which wasn't captured") for what in _uncaptured(host, main)
    ]
    files = (main, *included(host))
    hidden = [Reason(text=text, source=file.source) for file in files for text in _hidden(file)]
    if hidden:  # lines aren't what they look like, so nothing more is read from them
        return found + hidden
    bound = bound_interfaces([file.text for file in files], {bond.name for bond in host.bonds})
    for file in files:
        for number, line in unsupported_lines(file.text, bound):
            text = f"`{file.path}` line {number}: `{line}` has no place in a routed host, decide by hand"
            found.append(Reason(text=text, source=file.source))
    return found


def _hidden(file: FileText) -> list[str]:
    """Name the lines with characters that aren't shown; to ifupdown only a line feed ends a line."""
    return [
        f"`{file.path}` line {number} holds characters that aren't shown, so nobody can review it"
        for number, line in enumerate(file.text.split("\n"), start=1)
        if printable_line(line.replace("\t", " ")) != line.replace("\t", " ")
    ]


def included(host: Host) -> tuple[FileText, ...]:
    """List the captured files that the main one includes, in the order of their names."""
    return tuple(sorted((f for f in host.files if f.path.startswith(f"{INCLUDED}/")), key=lambda f: f.path))


def _uncaptured(host: Host, main: FileText) -> list[str]:
    """List what the main file includes and the capture doesn't hold; a listing says which files there are."""
    patterns = sourced(main.text)
    unknown = [pattern for pattern in patterns if pattern.removesuffix("/*") != INCLUDED]
    listing = host.file(f"ls {INCLUDED}")
    if patterns and listing is None:
        return [*unknown, INCLUDED]
    names = listing.text.split() if listing else []
    return unknown + [path for name in names if host.file(path := f"{INCLUDED}/{name}") is None]
