"""Play a vendor's command line on one SSH channel.

Comes in: what a client types. Goes out: the echo, the recorded answers, a prompt after each, the pager, and
whatever goes wrong with a command. What is typed ahead is echoed when it is read, as a vendor's own line
editor does.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import struct
from dataclasses import dataclass
from typing import Any

import asyncssh

from tests.live.device import Device
from tests.live.dialects import DIALECTS, Dialect
from tests.live.faults import Fault, half, huge
from tests.live.journal import Journal

LEAVE = ("exit", "quit", "logout")
LINES, COLUMNS = 24, 80
BEHIND_PROMPT = 0.2  # long enough for a client that takes the prompt's text for the end to go on
BETWEEN_PROMPTS = 0.01  # seconds
LATE = 0.6
ENABLE_ATTEMPTS = 3  # as IOS has it
BEFORE_RESET = 0.05  # a reset takes with it what the client hasn't read yet
NOT_FOUND = 127
END_OF_LINE = re.compile(rb"\r\n|\r|\n")
NO_LINGER = struct.pack("ii", 1, 0)  # closing the socket then resets the connection
PAUSES = {  # how many prompts stand inside, and how long nothing comes behind them
    Fault.PROMPT_INSIDE: (1, BEHIND_PROMPT),
    Fault.PROMPTS_INSIDE: (2, BETWEEN_PROMPTS),
    Fault.PROMPTS_LATE: (2, LATE),
}


@dataclass(slots=True, kw_only=True)
class Played:
    """Hold what the channels of one server share; `device` may be replaced at any time."""

    device: Device
    journal: Journal

    @property
    def dialect(self) -> Dialect:
        """Give the manners of the device's platform."""
        return DIALECTS[self.device.platform]

    def note(self, way: str, text: str) -> None:
        """Write down a line that came in."""
        self.journal.line(self.device.hostname, way, text)


class Console(asyncssh.SSHServerSession[bytes]):
    """Be one channel: a command line, or one command."""

    def __init__(self, played: Played) -> None:
        self._played = played
        self._channel: Any = None
        self._command: str | None = None
        self._typed = bytearray()
        self._swallow = False
        self._ended = False
        self._event = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._length = LINES
        self._width = COLUMNS
        self._raw = False
        self._enabled = False

    # --- what asyncssh calls ------------------------------------------------------------------------

    def connection_made(self, chan: Any) -> None:
        """Keep the channel."""
        self._channel = chan

    def pty_requested(self, _type: str, size: tuple[int, int, int, int], _modes: Any) -> bool:
        """Take the width of the client's terminal; the height stays that of the vendor's default."""
        self._width = size[0] or COLUMNS
        return True

    def shell_requested(self) -> bool:
        """Offer a command line."""
        return True

    def exec_requested(self, command: str) -> bool:
        """Take one command, where the platform does."""
        self._command = command
        self._played.note("exec", command)
        return self._played.dialect.executes

    def subsystem_requested(self, subsystem: str) -> bool:
        """Offer none."""
        self._played.note("other", f"subsystem {subsystem}")
        return False

    def session_started(self) -> None:
        """Begin."""
        self._task = asyncio.get_running_loop().create_task(self._serve())

    def data_received(self, data: bytes, _datatype: Any) -> None:
        """Take what was typed."""
        self._typed += data
        self._event.set()

    def eof_received(self) -> bool:
        """Finish what was typed, then close."""
        self._ended = True
        self._event.set()
        return True

    def connection_lost(self, _exc: Exception | None) -> None:
        """Stop; what was typed ahead, and half a line, is still written down."""
        for line in self._typed.decode(errors="replace").splitlines(keepends=True):
            self._played.note("cli" if line.endswith(("\r", "\n")) else "other", line.rstrip("\r\n"))
        if self._task:
            self._task.cancel()

    # --- the session --------------------------------------------------------------------------------

    async def _serve(self) -> None:
        device = self._played.device
        if device.disconnects:
            self._channel.get_connection().close()
            return
        status = 0
        if self._command is not None:
            self._length = 0
            status = await self._answer(self._command)
        else:
            self._write(device.motd)
            line: str | None = ""
            while line is not None:
                self._write(self._prompt())
                line = await self._line()
                if line is not None:
                    self._played.note("cli", line)
                    line = None if line.strip() in LEAVE else line
                if line == "enable" and device.enable:
                    await self._enable()
                elif line:
                    await self._answer(line)
        with contextlib.suppress(BrokenPipeError):
            self._channel.exit(status)

    def _prompt(self) -> str:
        device, dialect = self._played.device, self._played.dialect
        if device.prompt:
            return device.prompt
        if device.enable and not self._enabled:
            return f"{device.hostname}>"
        above = f"\n{dialect.above}\n" if dialect.above else ""
        return above + dialect.prompt.format(host=device.hostname, user=device.user)

    async def _enable(self) -> None:
        device = self._played.device
        for _ in range(ENABLE_ATTEMPTS):
            self._write("Password: ")
            typed = await self._line(echo=False)
            if typed is None:
                return
            self._enabled = typed == device.enable
            self._played.journal.attempt(device.hostname, device.user, "enable", accepted=self._enabled)
            if self._enabled:
                return
        self._write("% Bad secrets\n\n")

    async def _line(self, *, echo: bool = True) -> str | None:
        got = bytearray()
        while True:
            await self._wait_for_keys()
            if not self._typed:
                self._typed = got
                return None
            end = END_OF_LINE.search(self._typed)
            taken = self._typed[: end.start() if end else len(self._typed)]
            got += taken
            self._channel.write((bytes(taken) if echo else b"") + (b"\r\n" if end else b""))
            del self._typed[: end.end() if end else len(self._typed)]
            if end:
                self._swallow = end[0] == b"\r"
                return got.decode(errors="replace")

    async def _wait_for_keys(self) -> None:
        while not self._typed or (self._swallow and self._typed == b"\n"):
            if self._typed:  # the second half of a CR LF that came in two packets
                self._typed.clear()
                self._swallow = False
            if self._ended:
                return
            self._event.clear()
            await self._event.wait()
        if self._swallow and self._typed.startswith(b"\n"):
            del self._typed[:1]
        self._swallow = False

    # --- one command --------------------------------------------------------------------------------

    async def _answer(self, typed: str) -> int:
        device, dialect = self._played.device, self._played.dialect
        line = typed.strip().removeprefix(dialect.elevate)
        if not line:
            return 0
        await asyncio.sleep(device.pause(line))
        terminal = dialect.terminal(line)
        fault = device.faults.get(line) if terminal else device.fault(line)
        prompt = self._prompt().rpartition("\n")[2]
        if fault is Fault.DENIED:
            caret = " " * (len(prompt) + typed.index(line)) + "^"
            self._refuse(dialect.denied.format(line=line, caret=caret, first=line.split()[0]))
            return 1
        if terminal:
            setup, value = terminal
            if setup.sets:
                setattr(self, f"_{setup.sets}", value)
            await self._emit(setup.reply.format(value), fault, prompt)
            return 0
        paged = not (dialect.unpaged and line.endswith(dialect.unpaged))
        text = device.answers.get(line)
        if text is None and not paged:
            text = device.answers.get(line.removesuffix(dialect.unpaged).strip())
        if text is None:
            self._refuse(dialect.refusal(prompt, typed, device.stranger(line)))
            return NOT_FOUND if device.platform == "linux" else 1
        self._raw = "|" in line  # what went through a filter isn't wrapped: clients read JSON of any width
        await self._emit(text, fault, prompt, paged=paged)
        self._raw = False
        return 0

    def _refuse(self, text: str) -> None:
        if self._command is not None and self._played.device.platform == "linux":
            self._channel.write_stderr(text.encode())
        else:
            self._write(text + (self._played.dialect.alarm if self._command is None else ""))

    async def _emit(self, text: str, fault: Fault | None, prompt: str, *, paged: bool = True) -> None:
        if text and not text.endswith("\n"):
            text += "\n"
        if fault is Fault.HUGE:
            text = huge(text)
        if fault in (Fault.HANG, Fault.HANG_AT_PROMPT, Fault.RESET):
            self._write(half(text) + (f"\n{prompt}" if fault is Fault.HANG_AT_PROMPT else ""))
            if fault is Fault.RESET:
                await asyncio.sleep(BEFORE_RESET)
                reset(self._channel.get_connection())
            await asyncio.Event().wait()  # until the session is gone
        if fault is Fault.CUT:
            text = half(text) + "\n"
        if fault in PAUSES:
            times, pause = PAUSES[fault]
            lines = text.splitlines(keepends=True)
            middle = len(lines) // 2
            self._write("".join(lines[:middle]) + "\n".join([prompt] * times))
            await asyncio.sleep(pause)
            text = "\n" + "".join(lines[middle:])
        stops = fault is Fault.PAGER or (paged and self._length)
        if stops and self._command is None:
            await self._page(text, self._length or LINES)
        else:
            self._write(text)

    async def _page(self, text: str, length: int) -> None:
        lines = self._wrapped(text).splitlines(keepends=True)
        room = length - 1
        while lines:
            self._write("".join(lines[:room]))
            del lines[:room]
            if not lines:
                return
            more = self._played.dialect.more
            self._channel.write(more.encode())
            await self._wait_for_keys()
            key = bytes(self._typed[:1])
            del self._typed[:1]
            if key:
                self._played.note("key", key.decode(errors="replace"))
            self._channel.write(f"\r{' ' * len(more)}\r".encode())
            if key not in (b" ", b"\r", b"\n"):
                return
            room = length - 1 if key == b" " else 1

    def _wrapped(self, text: str) -> str:
        width = self._width
        if self._raw or not width or max(map(len, text.split("\n"))) <= width:
            return text
        return re.sub(rf"([^\n]{{{width}}})(?=[^\n])", r"\1\n", text)

    def _write(self, text: str) -> None:
        shown = text if self._command is not None else self._wrapped(text).replace("\n", "\r\n")
        self._channel.write(shown.encode())


def reset(connection: Any) -> None:
    """Reset the TCP connection below an SSH connection."""
    connection.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
    connection.abort()
