"""Open a session to a device by one of the ways its platform offers.

Comes in: a target, a login, the settings and the list of what may be sent. Goes out: a `Session`, which takes
one line and gives one answer. What goes wrong is one of three: nobody there, not let in, or the session lost.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Protocol

from vlan2l3.collect.allow import AllowList, Question
from vlan2l3.collect.credentials import Credentials
from vlan2l3.collect.settings import Discover
from vlan2l3.collect.targets import Target

LONGEST = 20
"""How many times the timeout an answer may take in all: a byte now and then is no answer."""


class UnreachableError(Exception):
    """Report that nobody answered; another attempt, or another way, may help."""


class RefusedError(Exception):
    """Report that the device did not let us in, or is not the device we know; never tried again."""


class LostError(Exception):
    """Report a session that broke or hung; `text` is what had come by then."""

    def __init__(self, reason: str, text: str = "") -> None:
        super().__init__(reason)
        self.text = text


class Session(Protocol):
    """Be one login to one device."""

    def ask(self, question: Question) -> str:
        """Send one question and give the whole answer, in the device's words.

        Raises:
            LostError: when the session broke or hung; nothing can be asked any more.
        """

    def close(self) -> None:
        """End the session; safe to call twice, and from another thread."""


Opener = Callable[[Target, Credentials, Discover, AllowList], Session]


def opener(transport: str) -> Opener:
    """Give the function that opens a session; its libraries are loaded only when it is needed."""
    found: Opener = import_module(f"{__name__}.{transport}").open_session
    return found


def one_line(error: BaseException) -> str:
    """Say in one line what a library says of a fault."""
    said = [line.strip() for line in str(error).splitlines() if line.strip()]
    return said[0] if said else type(error).__name__
