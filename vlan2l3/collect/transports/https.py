"""Send JSON-RPC over HTTPS; certificates are checked.

Comes in: a request. Goes out: the decoded answer of the one command in it. A login is tried once. However
slowly or much the other side sends, a request ends in time and holds a bounded answer.
"""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ipaddress import IPv6Address
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth
from urllib3 import HTTPSConnectionPool
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import HTTPError

from vlan2l3.collect.credentials import Credentials
from vlan2l3.collect.settings import Discover
from vlan2l3.collect.targets import Target
from vlan2l3.collect.transports import (
    LARGEST,
    LONGEST,
    LostError,
    RefusedError,
    UnreachableError,
    one_line,
    too_large,
)

PORT = 443

_BROKEN = (requests.exceptions.RequestException, HTTPError, OSError)
_DENIED = (401, 403)
_CHUNK = 4096  # what had come of the last one is lost with the session


class Wire:
    """Hold the socket of a session, so that another thread can end what waits at it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._ended = False

    def opened(self, opened: socket.socket | None) -> None:
        """Take the socket of a new connection."""
        with self._lock:
            self._socket = opened
            ended = self._ended
        if ended:
            self.end()

    def end(self) -> None:
        """Break what is open, and whatever is opened later."""
        with self._lock:
            self._ended = True
            if self._socket is not None:
                with suppress(OSError):  # it may be closed already
                    socket.socket.shutdown(
                        self._socket, socket.SHUT_RDWR
                    )  # TLS itself is not for two threads

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """End the session when what is done in here takes longer.

        Raises:
            TimeoutError: in place of whatever breaking the session led to.
        """
        late = threading.Event()

        def stop() -> None:
            late.set()
            self.end()

        timer = threading.Timer(seconds, stop)
        timer.daemon = True
        timer.start()
        try:
            yield
        except _BROKEN:
            if not late.is_set():
                raise
        finally:
            timer.cancel()
        if late.is_set():
            raise TimeoutError(f"no end after {seconds:g} s")


class Rpc:
    """Be one HTTPS session."""

    def __init__(self, session: requests.Session, url: str, settings: Discover, login: str) -> None:
        self._wire = Wire()
        session.mount("https://", _adapter(self._wire))
        self._session = session
        self._times = (settings.connect_timeout, settings.timeout)
        self._login = login
        self.url = url

    def call(self, request: Any) -> dict[str, Any]:
        """Post one request.

        Raises:
            RefusedError: when the login or the certificate is refused.
            UnreachableError: when nobody answers.
            LostError: when the answer broke off, hung, is too large, or is no JSON-RPC.
        """
        kept = bytearray()
        status = requests.codes.ok
        try:
            with self._wire.within(LONGEST * self._times[1]):
                status = self._post(request, kept)
            answer = json.loads(kept.decode("utf-8", "replace"))
        except requests.exceptions.SSLError as error:
            hint = f"put it into `ca_file` ({_reason(error)})"
            raise RefusedError(f"the certificate of {self.url} is not trusted: {hint}") from None
        except requests.exceptions.ConnectTimeout:
            raise UnreachableError(f"{self.url}: no answer in {self._times[0]:g} s") from None
        except TimeoutError as error:
            raise LostError(f"{error}, {len(kept)} bytes had come", _text(kept)) from None
        except _BROKEN as error:
            raise _fault(error, self.url, kept, self._times[1]) from None
        except (ValueError, RecursionError):
            odd = "is not whole JSON" if status == requests.codes.ok else f"is HTTP {status}"
            raise LostError(f"the answer {odd}", _text(kept)) from None
        answer = answer[0] if isinstance(answer, list) and answer else answer
        if not isinstance(answer, dict) or not ({"result", "error"} & answer.keys()):
            raise LostError(f"the answer is no JSON-RPC, HTTP {status}", _text(kept))
        return answer

    def _post(self, request: Any, kept: bytearray) -> int:
        """Send a request, keep what comes, however far it comes, and give the status.

        NX-API sends its errors with status 500. A redirection is not followed: the login is for this device.
        """
        with self._session.post(
            self.url, json=request, timeout=self._times, stream=True, allow_redirects=False
        ) as response:
            if response.status_code in _DENIED:
                raise RefusedError(f"{self.url} refused the login of {self._login}; not tried again")
            for chunk in response.iter_content(_CHUNK):
                kept += chunk
                if len(kept) > LARGEST:
                    raise too_large()
            return response.status_code

    def close(self) -> None:
        """End the session, and a request that waits."""
        self._wire.end()
        self._session.close()


def connect(target: Target, credentials: Credentials, settings: Discover, path: str) -> Rpc:
    """Make ready to ask; the first question opens the connection.

    Raises:
        RefusedError: when there is no password, or not the file of certificates.
    """
    url = f"https://{_host(target.address)}:{target.port or PORT}{path}"
    login = f"{credentials.username} with {credentials.source}"
    if not credentials.password:
        raise RefusedError(f"{url} was not asked: HTTPS needs a password, and {login} has none")
    ca_file = os.path.expanduser(settings.ca_file) if settings.ca_file else ""  # noqa: PTH111  may be empty
    if ca_file and not Path(ca_file).is_file():
        raise RefusedError(f"{url} was not asked: the `ca_file` {ca_file} is not there")
    session = requests.Session()
    session.trust_env = False  # no proxy and no .netrc: what is asked goes to the device
    session.auth = HTTPBasicAuth(credentials.username.encode(), credentials.password.encode())  # RFC 7617
    session.headers["Content-Type"] = "application/json-rpc" if path == "/ins" else "application/json"
    session.headers["Accept-Encoding"] = "identity"  # nothing to unpack, nothing that unpacks without end
    session.verify = ca_file or True
    return Rpc(session, url, settings, login)


def as_text(value: Any) -> str:
    """Write JSON as an answer is kept.

    Raises:
        LostError: when it is nested too deeply to be written.
    """
    try:
        return json.dumps(value, indent=2)
    except RecursionError:
        raise LostError("the answer is nested too deeply") from None


def odd(answer: Any) -> LostError:
    """Say of an answer that it is JSON-RPC, and yet not what this API says."""
    return LostError("the answer is not of the form this API has", as_text(answer))


def _host(address: str) -> str:
    """Put an IPv6 address into brackets, as a URL has it."""
    with suppress(ValueError):
        return f"[{IPv6Address(address)}]"
    return address


def _adapter(wire: Wire) -> HTTPAdapter:
    """Give what makes connections for requests, and shows each to the wire."""

    class Connection(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            wire.opened(self.sock)

    class Pool(HTTPSConnectionPool):
        ConnectionCls = Connection

    adapter = HTTPAdapter()
    adapter.poolmanager.pool_classes_by_scheme = {"https": Pool}
    return adapter


def _fault(error: Exception, url: str, kept: bytearray, timeout: float) -> Exception:
    said = _reason(error)
    if "timed out" in said:
        return LostError(f"no byte for {timeout:g} s, {len(kept)} bytes had come", _text(kept))
    if isinstance(error, requests.exceptions.ConnectionError) and "establish a new connection" in str(error):
        return UnreachableError(f"{url}: {said}")
    return LostError(f"the session broke: {said}", _text(kept))


def _reason(error: BaseException) -> str:
    """Find the innermost reason of a nest of wrapped faults."""
    inner: Any = error
    while True:
        inside = getattr(inner, "reason", None) or next(
            (a for a in getattr(inner, "args", ()) if isinstance(a, BaseException)), None
        )
        if not isinstance(inside, BaseException):
            return one_line(inner)
        inner = inside


def _text(data: bytearray) -> str:
    return bytes(data).decode("utf-8", "replace")
