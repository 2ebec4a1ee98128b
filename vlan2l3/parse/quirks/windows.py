"""Name the readers of Windows servers: a name, and answers that are kept whole.

Comes in: nothing. Goes out: `READERS`, from a reader's name to its function.
"""

from __future__ import annotations

from collections.abc import Callable

from vlan2l3.parse.kept import kept
from vlan2l3.parse.quirks.linux.host import read_name
from vlan2l3.parse.raw import Raw, Rows

READERS: dict[str, Callable[[Raw], Rows]] = {"kept": kept, "name": read_name}
