"""Listen for SSH on one port a device, all in one thread with one event loop.

Comes in: devices. Goes out: a port and a host key for each. The key is made anew for every server, so a
client that trusts keys by address has to be told: `Rig.known_hosts`.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import asyncssh

from tests.live.cli import Console, Played, reset
from tests.live.device import Device
from tests.live.journal import Journal

ADDRESS = "127.0.0.1"
START_SECONDS = 60.0
TURNS = 5
Result = TypeVar("Result")


class Login(asyncssh.SSHServer):
    """Let one client in, or not."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._played = server.played
        self._connection: Any = None
        self._in = False
        self._keys: set[bytes] = set()

    def connection_made(self, conn: Any) -> None:
        """Turn away whom there is no room for, before a word is said."""
        device = self._played.device
        if device.most_sessions and len(self._server.connections) >= device.most_sessions:
            self._played.journal.refused(device.hostname, "ssh")
            conn.abort()
            return
        self._connection = conn
        self._server.connections.add(conn)

    def connection_lost(self, _exc: Exception | None) -> None:
        """Make room."""
        self._server.connections.discard(self._connection)
        if self._in:
            self._played.journal.closed()

    def begin_auth(self, _username: str) -> bool:
        """Show the banner; nobody comes in without a login."""
        if self._played.device.banner:
            self._connection.send_auth_banner(self._played.device.banner.replace("\n", "\r\n"))
        return True

    def auth_completed(self) -> None:
        """Note the session."""
        self._in = True
        self._played.journal.opened(self._played.device.hostname, "ssh")

    def password_auth_supported(self) -> bool:
        """Offer passwords where the device has one."""
        return bool(self._played.device.password)

    def kbdint_auth_supported(self) -> bool:
        """Offer no dialogue: it would count a password twice."""
        return False

    def validate_password(self, username: str, password: str) -> bool:
        """Check, and count."""
        device = self._played.device
        right = (username, password) == (device.user, device.password)
        self._played.journal.attempt(device.hostname, username, "password", accepted=right)
        if device.resets_login:
            reset(self._connection)
        return right

    def public_key_auth_supported(self) -> bool:
        """Offer keys where the device knows one."""
        return bool(self._played.device.public_key)

    def validate_public_key(self, username: str, key: Any) -> bool:
        """Check, and count; a client may first ask whether a key would do, which is the same attempt."""
        device = self._played.device
        right = username == device.user and key == asyncssh.import_public_key(device.public_key)
        if key.public_data not in self._keys:
            self._keys.add(key.public_data)
            self._played.journal.attempt(device.hostname, username, "publickey", accepted=right)
        if device.resets_login:
            reset(self._connection)
        return right

    async def session_requested(self) -> Console:
        """Open a channel, or keep the client waiting."""
        if not self._played.device.opens:
            await asyncio.Event().wait()
        return Console(self._played)

    def connection_requested(self, dest_host: str, dest_port: int, _host: str, _port: int) -> bool:
        """Refuse to be a jump host, and note who asked."""
        self._played.note("other", f"tunnel to {dest_host}:{dest_port}")
        return False

    def server_requested(self, listen_host: str, listen_port: int) -> bool:
        """Refuse to listen for anybody, and note who asked."""
        self._played.note("other", f"tunnel from {listen_host}:{listen_port}")
        return False


class Server:
    """Be one device on one port."""

    def __init__(self, rig: Rig, device: Device) -> None:
        self.played = Played(device=device, journal=rig.journal)
        self.journal = rig.journal
        self.connections: set[Any] = set()
        self.port = 0
        self._rig = rig
        self._key = asyncssh.generate_private_key("ssh-ed25519")
        self._acceptor: Any = None

    @property
    def device(self) -> Device:
        """Give what is played now."""
        return self.played.device

    @device.setter
    def device(self, device: Device) -> None:
        self.played.device = device

    @property
    def known_host(self) -> str:
        """Give the line of a `known_hosts` file that trusts it."""
        key = self._key.export_public_key().decode().strip()
        return f"[{ADDRESS}]:{self.port} {key}\n"

    def change_host_key(self) -> None:
        """Show another host key from the next connection on, as a device that was replaced does."""
        self._key = asyncssh.generate_private_key("ssh-ed25519")
        self._rig.call(self._update())

    async def _update(self) -> None:
        self._acceptor.update(server_host_keys=[self._key])

    async def listen(self) -> None:
        """Open the port."""
        self._acceptor = await asyncssh.listen(
            ADDRESS,
            self.port,
            server_factory=lambda: Login(self),
            server_host_keys=[self._key],
            encoding=None,
            line_editor=False,
            agent_forwarding=False,
            allow_scp=False,
            backlog=16,
        )
        self.port = self._acceptor.get_port()

    async def close(self) -> None:
        """Close the port and everybody's connection."""
        self._acceptor.close()
        connections = tuple(self.connections)
        for connection in connections:
            connection.abort()
        for connection in connections:
            await connection.wait_closed()
        await self._acceptor.wait_closed()


class Rig:
    """Hold all SSH servers of a test; leaving it closes every connection and ends its thread."""

    def __init__(self, journal: Journal | None = None) -> None:
        self.journal = journal or Journal()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="live-ssh")
        self._servers: list[Server] = []

    def __enter__(self) -> Self:
        self._thread.start()
        self.journal.settle(self._take_in)
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _value: BaseException | None, _trace: TracebackType | None
    ) -> None:
        try:
            self.call(self._close())
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def add(self, device: Device) -> Server:
        """Start one server."""
        return self.add_all([device])[0]

    def add_all(self, devices: Iterable[Device]) -> tuple[Server, ...]:
        """Start one server a device."""
        servers = tuple(Server(self, device) for device in devices)
        self.call(self._listen(servers))
        self._servers += servers
        return servers

    def known_hosts(self, path: Path) -> Path:
        """Write a file that trusts every server as it is now."""
        path.write_text("".join(server.known_host for server in self._servers))
        return path

    def call(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run something in the servers' thread."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(START_SECONDS)

    def _take_in(self) -> None:
        if not self._loop.is_closed():
            self.call(_turn())

    async def _listen(self, servers: Iterable[Server]) -> None:
        for server in servers:
            await server.listen()

    async def _close(self) -> None:
        await _turn()
        for server in self._servers:
            await server.close()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        await self._loop.shutdown_default_executor()


async def _turn() -> None:
    """Let the loop read every socket, and every channel what it was given."""
    for _ in range(TURNS):
        await asyncio.sleep(0)
