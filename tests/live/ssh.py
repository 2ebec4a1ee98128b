"""Play command lines and shells over SSH: many devices, one thread, one event loop.

Comes in: devices. Goes out: a port for each. A command line echoes, prompts, ends lines with CR LF and pages;
a shell takes one command a channel and gives an exit status.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import asyncssh

from tests.live.device import Device, Fault

SHELLS = ("linux", "cumulus", "sonic")
PAGE = 24
FOREVER = 3600.0


class _Door(asyncssh.SSHServer):
    """Let in whoever knows the password; note everybody who tries."""

    def __init__(self, device: Device, open_now: set[asyncssh.SSHServerConnection]) -> None:
        self.device = device
        self.open_now = open_now

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Count a session, and greet."""
        self.device.sessions += 1
        self.open_now.add(conn)
        if self.device.banner:
            conn.send_auth_banner(self.device.banner)

    def password_auth_supported(self) -> bool:
        """Offer passwords alone."""
        return True

    def validate_password(self, username: str, password: str) -> bool:
        """Check a login."""
        fine = (username, password) == (self.device.user, self.device.password)
        self.device.logins.append((username, "password"))
        if not fine:
            self.device.refused.append(username)
        return fine


async def _play(device: Device, process: asyncssh.SSHServerProcess[str]) -> None:
    with suppress(asyncssh.Error, ConnectionError, OSError):
        if process.command is not None:
            await _run(device, process, process.command)
        else:
            await _talk(device, process)


async def _run(device: Device, process: asyncssh.SSHServerProcess[str], command: str) -> None:
    device.received.append(command)
    bare = command.removeprefix("sudo -n ")
    await asyncio.sleep(device.latency)
    known = bare in device.answers
    output = _output(device, bare)
    if await _broken(device, process, bare, output):
        return
    (process.stdout if known else process.stderr).write(output)
    process.exit(0 if known else 127)


async def _talk(device: Device, process: asyncssh.SSHServerProcess[str]) -> None:
    paging = True
    process.stdout.write(f"\r\n{device.prompt}")
    typed = ""
    while data := await process.stdin.read(4096):
        typed += data.replace("\r\n", "\n").replace("\r", "\n")
        while "\n" in typed:
            line, _, typed = typed.partition("\n")
            process.stdout.write(f"{line}\r\n")
            bare = line.strip()
            if bare in ("exit", "quit", "logout"):
                process.exit(0)
                return
            if bare:
                device.received.append(bare)
                await asyncio.sleep(device.latency)
                paging = paging and bare not in ("terminal length 0", "set cli screen-length 0", "no page")
                output = _output(device, bare)
                if await _broken(device, process, bare, output):
                    return
                if paging or device.faults.get(bare) is Fault.PAGER:
                    await _page(process, output)
                else:
                    process.stdout.write(output.replace("\n", "\r\n"))
            process.stdout.write(device.prompt)


async def _page(process: asyncssh.SSHServerProcess[str], output: str) -> None:
    """Show a page, and wait for a key after each; an empty line typed ahead is such a key."""
    lines = output.splitlines()
    while lines:
        shown, lines = lines[:PAGE], lines[PAGE:]
        process.stdout.write("".join(f"{line}\r\n" for line in shown))
        if lines:
            process.stdout.write(" --More-- ")
            await process.stdin.read(1)
            process.stdout.write("\r          \r")


async def _broken(device: Device, process: asyncssh.SSHServerProcess[str], line: str, output: str) -> bool:
    """Do what the fault of this answer says; tell whether the session is over."""
    fault = device.faults.get(line)
    half = output[: len(output) // 2].replace("\n", "\r\n")
    if fault is Fault.SLOW:
        await asyncio.sleep(FOREVER)
    if fault is Fault.HANG:
        process.stdout.write(half)
        await asyncio.sleep(FOREVER)
    if fault is Fault.RESET:
        process.stdout.write(half)
        await process.stdout.drain()
        connection = process.channel.get_connection()
        connection.abort()
        return True
    return False


def _output(device: Device, line: str) -> str:
    """Give the answer, or the first half of its lines where that is the fault."""
    output = device.answer(line)
    if device.faults.get(line) is not Fault.HALF:
        return output
    lines = output.splitlines(keepends=True)
    return "".join(lines[: len(lines) // 2])


@contextmanager
def serve(devices: Sequence[Device], known_hosts: Path | None = None) -> Iterator[None]:
    """Play all devices until the block ends; write their host keys where a client looks for them."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="played devices", daemon=True)
    thread.start()
    key = asyncssh.generate_private_key("ssh-ed25519")
    open_now: set[asyncssh.SSHServerConnection] = set()

    async def start() -> list[asyncssh.SSHAcceptor]:
        started = []
        for device in devices:
            started.append(
                await asyncssh.create_server(
                    lambda device=device: _Door(device, open_now),
                    "127.0.0.1",
                    device.port,
                    server_host_keys=[key],
                    process_factory=lambda process, device=device: _play(device, process),
                    line_editor=False,
                    allow_scp=False,
                    gss_host=None,
                )
            )
            device.port = started[-1].get_port()
        return started

    async def stop(started: list[asyncssh.SSHAcceptor]) -> None:
        for server in started:
            server.close()
        for connection in open_now:
            connection.abort()
        await asyncio.gather(*(connection.wait_closed() for connection in open_now), return_exceptions=True)
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0.05)  # what was aborted closes its socket in the loop's next rounds

    servers = asyncio.run_coroutine_threadsafe(start(), loop).result(60)
    if known_hosts is not None:
        public = key.export_public_key().decode().strip()
        known_hosts.write_text("".join(f"[127.0.0.1]:{device.port} {public}\n" for device in devices))
    try:
        yield
    finally:
        asyncio.run_coroutine_threadsafe(stop(servers), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(60)
        loop.close()
