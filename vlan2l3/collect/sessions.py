"""Know every open session of this process, so that an interrupt ends them at once.

Comes in: sessions. Goes out: nothing. A worker thread that waits for a device cannot be stopped otherwise.
"""

from __future__ import annotations

import threading
from contextlib import suppress

from vlan2l3.collect.transports import Session

_LOCK = threading.Lock()
_OPEN: dict[int, Session] = {}
_ENDED = threading.Event()


def begin() -> None:
    """Let sessions be opened."""
    _ENDED.clear()


def ended() -> bool:
    """Tell whether no session may be opened any more."""
    return _ENDED.is_set()


def register(session: Session) -> None:
    """Remember an open session."""
    with _LOCK:
        _OPEN[id(session)] = session


def forget(session: Session) -> None:
    """Forget a session that is being closed."""
    with _LOCK:
        _OPEN.pop(id(session), None)


def end_all() -> None:
    """Close every open session, and let no other be opened; whoever waits for one gets a `LostError`."""
    _ENDED.set()
    with _LOCK:
        sessions = list(_OPEN.values())
        _OPEN.clear()
    for session in sessions:
        with suppress(Exception):
            session.close()
