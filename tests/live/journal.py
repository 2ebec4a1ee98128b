"""Write down everything that clients sent, so that a test can say what must never have been sent.

Comes in: lines, logins and sessions from any server of the rig. Goes out: the same, in the order they came.
It judges nothing by itself. Servers write from threads of their own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Hold one line a client sent.

    Attributes:
        way: `cli` (typed), `exec` (a channel of its own), `eapi`, `nxapi`, `key` (pressed at a pager), or
            `other`: a subsystem, a tunnel, a path of the web server, half a line.
    """

    device: str
    way: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Hold one attempt to log in; `method` is `password`, `publickey`, `basic` or `enable`."""

    device: str
    user: str
    method: str
    accepted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Hold one connection that was let in; `refused` says that it came while no more were allowed."""

    device: str
    way: str
    refused: bool = False


class Journal:
    """Hold what every server of a test was sent."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lines: list[Line] = []
        self._attempts: list[Attempt] = []
        self._sessions: list[Session] = []
        self._others: list[Callable[[], Iterable[Line]]] = []
        self._settles: list[Callable[[], None]] = []
        self._open = 0
        self._most = 0

    def line(self, device: str, way: str, text: str) -> None:
        """Note a line."""
        with self._lock:
            self._lines.append(Line(device=device, way=way, text=text))

    def attempt(self, device: str, user: str, method: str, *, accepted: bool) -> None:
        """Note an attempt to log in."""
        with self._lock:
            self._attempts.append(Attempt(device=device, user=user, method=method, accepted=accepted))

    def refused(self, device: str, way: str) -> None:
        """Note a connection that was closed because too many were open."""
        with self._lock:
            self._sessions.append(Session(device=device, way=way, refused=True))

    def opened(self, device: str, way: str) -> None:
        """Note a session, which is open from now on."""
        with self._lock:
            self._sessions.append(Session(device=device, way=way))
            self._open += 1
            self._most = max(self._most, self._open)

    def closed(self) -> None:
        """Note that a session is no longer open."""
        with self._lock:
            self._open -= 1

    def also(self, lines: Callable[[], Iterable[Line]]) -> None:
        """Take in a server that keeps its own record, such as a real sshd; it is read when asked for."""
        self._others.append(lines)

    def settle(self, take_in: Callable[[], None]) -> None:
        """Have a server take in what already lies in its sockets, whenever the journal is read."""
        self._settles.append(take_in)

    def lines(self, device: str = "") -> tuple[Line, ...]:
        """Give every line, of one device or of all."""
        for take_in in self._settles:
            take_in()
        with self._lock:
            found = list(self._lines)
        found += [line for read in self._others for line in read()]
        return tuple(line for line in found if device in ("", line.device))

    def attempts(self, device: str = "", *, accepted: bool | None = None) -> tuple[Attempt, ...]:
        """Give every attempt to log in."""
        with self._lock:
            return tuple(
                attempt
                for attempt in self._attempts
                if device in ("", attempt.device) and accepted in (None, attempt.accepted)
            )

    def sessions(self, device: str = "") -> tuple[Session, ...]:
        """Give every session; a client may know that it is in before the server has noted it."""
        for take_in in self._settles:
            take_in()
        with self._lock:
            return tuple(session for session in self._sessions if device in ("", session.device))

    @property
    def open_sessions(self) -> int:
        """Count the sessions that are open now."""
        with self._lock:
            return self._open

    @property
    def most_sessions(self) -> int:
        """Count the sessions that were open at once, at the worst moment."""
        with self._lock:
            return self._most

    def beyond(self, allowed: Collection[str], device: str = "") -> tuple[Line, ...]:
        """Give every line that is not on a list, blanks around it left out; an empty line is no command."""
        return tuple(line for line in self.lines(device) if line.text.strip() not in ("", *allowed))
