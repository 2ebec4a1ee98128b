"""Listen for JSON-RPC over HTTPS, one port a device: Arista eAPI and Cisco NX-API.

Comes in: devices, a folder for certificates. Goes out: a port for each, and `Rig.ca_file` to trust them by.
One thread waits at all ports; each connection has one of its own.
"""

from __future__ import annotations

import base64
import contextlib
import json
import selectors
import socket
import ssl
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, Self

from tests.live import eapi, nxapi
from tests.live.certificates import Authority
from tests.live.device import Device
from tests.live.faults import HUGE_BYTES, Fault
from tests.live.journal import Journal

ADDRESS = "127.0.0.1"
BEFORE_RESET = 0.05  # a reset takes with it what the client hasn't read yet
NO_LINGER = struct.pack("ii", 1, 0)
INTERFACES: dict[str, ModuleType] = {"arista_eos": eapi, "cisco_nxos": nxapi}
BROKEN = (ssl.SSLError, ConnectionError, TimeoutError)


class Connection(BaseHTTPRequestHandler):
    """Be one connection."""

    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, *_: Any) -> None:
        """Say nothing: the journal has it."""

    def do_GET(self) -> None:
        """Offer nothing to read, and note what was asked for."""
        self._note("other", f"{self.command} {self.path}")
        self._send(404, b"not found\n", "text/plain")

    do_PUT = do_DELETE = do_HEAD = do_GET  # noqa: N815  names of http.server

    def do_POST(self) -> None:
        """Check the login, then run the commands."""
        device, interface = self.server.device, self.server.interface
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path != interface.PATH:
            self._note("other", f"POST {self.path}")
            self._send(404, b"not found\n", "text/plain")
            return
        user, _, password = _login(self.headers.get("Authorization", ""))
        accepted = (user, password) == (device.user, device.password)
        self.server.journal.attempt(device.hostname, user, "basic", accepted=accepted)
        if not accepted:
            said = interface.UNAUTHORIZED.encode()
            self._send(401, said, "text/html", {"WWW-Authenticate": interface.REALM})
            return
        self._run(device, interface, body)

    def _run(self, device: Device, interface: ModuleType, body: bytes) -> None:
        try:
            request = json.loads(body)
            lines = interface.commands(request)
        except (ValueError, KeyError, TypeError):
            self._note("other", body.decode(errors="replace"))
            self._send(400, b"bad request\n", "text/plain")
            return
        for line in lines:
            self._note(interface.__name__.rpartition(".")[2], line)
        self.server.stopped.wait(sum(device.pause(line) for line in lines))
        status, answer = interface.answer(device, request)
        faults = {device.fault(line) for line in lines}
        whole = json.dumps(answer).encode()
        if Fault.HUGE in faults:
            whole = whole[:-1] + b" " * HUGE_BYTES + whole[-1:]
        cut = whole[: len(whole) // 2]
        if Fault.CUT in faults:
            whole = cut
        sudden = faults & {Fault.HANG, Fault.RESET}
        self._send(status, cut if sudden else whole, interface.CONTENT_TYPE, length=len(whole))
        if Fault.RESET in sudden:
            time.sleep(BEFORE_RESET)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
            self.close_connection = True
            self.server.drop(self.connection)
        elif sudden:
            self.server.stopped.wait()
            self.close_connection = True

    def _send(
        self,
        status: int,
        body: bytes,
        kind: str,
        headers: dict[str, str] | None = None,
        *,
        length: int | None = None,
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _note(self, way: str, text: str) -> None:
        self.server.journal.line(self.server.device.hostname, way, text)


class Server(ThreadingHTTPServer):
    """Be one device on one port; `device` may be replaced at any time."""

    daemon_threads = False  # leaving the rig waits for every one of them
    request_queue_size = 64

    def __init__(self, device: Device, journal: Journal, certificate: Path) -> None:
        self.device = device
        self.journal = journal
        self.interface = INTERFACES[device.platform]
        self.stopped = threading.Event()
        self._lock = threading.Lock()
        self._connections: set[ssl.SSLSocket] = set()
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate)
        super().__init__((ADDRESS, 0), Connection)
        self.timeout = 0

    @property
    def port(self) -> int:
        """Give the port."""
        return int(self.server_address[1])

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Shake hands in the connection's own thread, so that a client that doesn't keeps nobody waiting."""
        hostname = self.device.hostname
        wrapped = self._context.wrap_socket(request, server_side=True, do_handshake_on_connect=False)
        try:
            if not self._admit(wrapped):
                self.journal.refused(hostname, "https")
                return
            wrapped.do_handshake()
            self.journal.opened(hostname, "https")
            try:
                if not self.device.disconnects:
                    super().finish_request(wrapped, client_address)
            finally:
                self.journal.closed()
        finally:
            with self._lock:
                self._connections.discard(wrapped)
            wrapped.close()

    def _admit(self, connection: ssl.SSLSocket) -> bool:
        with self._lock:
            room = not self.device.most_sessions or len(self._connections) < self.device.most_sessions
            if room:
                self._connections.add(connection)
            return room and not self.stopped.is_set()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Take a connection that broke as what it is here; anything else is a fault of the rig."""
        error = sys.exc_info()[1]
        if not isinstance(error, BROKEN):
            super().handle_error(request, client_address)

    def drop(self, connection: Any) -> None:
        """Close a connection's socket at once, without the goodbyes of TLS."""
        with contextlib.suppress(OSError):
            socket.socket(fileno=connection.detach()).close()

    def close(self) -> None:
        """End every connection and wait for their threads."""
        self.stopped.set()
        with self._lock:
            for connection in self._connections:
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)  # a thread may be reading it
        self.server_close()


class Rig:
    """Hold all HTTPS servers of a test; leaving it closes every connection and ends every thread."""

    def __init__(self, folder: Path, journal: Journal | None = None) -> None:
        self.journal = journal or Journal()
        self._authority = Authority(folder)
        self._certificates = {
            trusted: self._authority.server(ADDRESS, trusted=trusted) for trusted in (True, False)
        }
        self._selector = selectors.DefaultSelector()
        self._sleeper, self._waker = socket.socketpair()
        self._selector.register(self._sleeper, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._wait, name="live-https")
        self._servers: list[Server] = []

    @property
    def ca_file(self) -> Path:
        """Give the file that makes a client trust every server but the untrusted ones."""
        return self._authority.file

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _value: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._waker.close()
        self._thread.join()
        for server in self._servers:
            server.close()
        self._selector.close()
        self._sleeper.close()

    def add(self, device: Device, *, trusted: bool = True) -> Server:
        """Start one server; nobody vouches for the certificate of one that isn't trusted."""
        server = Server(device, self.journal, self._certificates[trusted])
        self._servers.append(server)
        self._selector.register(server, selectors.EVENT_READ, server)
        return server

    def _wait(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.data is None:  # the rig is being left
                    return
                key.data.handle_request()


def _login(header: str) -> tuple[str, str, str]:
    """Read the header of basic authentication; anything else is a login of nobody."""
    kind, _, data = header.partition(" ")
    if kind.lower() != "basic":
        return "", "", ""
    try:
        return base64.b64decode(data, validate=True).decode().partition(":")
    except ValueError:
        return "", "", ""
