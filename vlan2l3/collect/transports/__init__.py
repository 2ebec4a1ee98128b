"""Open a session to a device by one of the ways its platform offers.

Comes in: a target, a login, the settings and the list of what may be sent. Goes out: a `Session`, which takes
one line and gives one answer. What goes wrong is one of three: nobody there, not let in, or the session lost.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from vlan2l3.collect.allow import AllowList, Question
from vlan2l3.collect.settings import Discover
from vlan2l3.collect.targets import Target

if TYPE_CHECKING:  # it raises what is defined here
    from vlan2l3.collect.credentials import Credentials

LONGEST = 20
"""How many times the timeout an answer may take in all: a byte now and then is no answer."""
LARGEST = 256 * 1024 * 1024
"""How many bytes an answer may have; no table comes near, and no device must fill the memory."""
_SHOWN = 300


class UnreachableError(Exception):
    """Report that nobody answered; another attempt, or another way, may help."""


class RefusedError(Exception):
    """Report that the device did not let us in, or is not the device we know; never tried again."""


class LostError(Exception):
    """Report a session that broke or hung; `text` is what had come by then."""

    def __init__(self, reason: str, text: str = "") -> None:
        super().__init__(reason)
        self.text = text


class LeftoverError(LostError):
    """Report that the answer before this one went on after its end: that one is not whole either."""


class Session(Protocol):
    """Be one login to one device."""

    def ask(self, question: Question) -> str:
        """Send one question and give the whole answer, in the device's words.

        Raises:
            LostError: when the session broke or hung; nothing can be asked any more.
        """

    def close(self) -> None:
        """End the session; safe to call twice, and from another thread."""


Opener = Callable[[Target, "Credentials", Discover, AllowList], Session]


def opener(transport: str) -> Opener:
    """Give the function that opens a session; its libraries are loaded only when it is needed."""
    found: Opener = import_module(f"{__name__}.{transport}").open_session
    return found


def one_line(error: BaseException) -> str:
    """Say in one line of plain words what a library says of a fault; part of it may be a device's words."""
    said = [line.strip() for line in str(error).splitlines() if line.strip()]
    if said:
        return "".join(c for c in said[0] if c.isprintable())[:_SHOWN]
    if isinstance(error, EOFError):
        return "the other side hung up"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return f"{type(error).__name__}, of which the library says no more"


def too_large() -> LostError:
    """Say that an answer has no end in sight; what came of it is dropped, for nothing could be made of it."""
    return LostError(f"the answer is larger than {LARGEST >> 20} MiB; what came of it is dropped")
