"""Exchange numbered UDP probes between the host and every viewpoint, in one process for all namespaces.

Comes in: pairs of addresses with their namespaces, in /run/probe.json. Goes out: when asked by SIGTERM, one
more second of listening and then /run/losses.json, attributed to the steps by /run/marks.json. A probe is
lost when no answer came by then; an answer that is merely late counts as an answer, and its time is shown.

One process means one clock for all flows, and no wake-up of another process for each packet: the guest has a
single processor. A socket keeps the namespace in which it was opened.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import signal
import socket
import struct
import time
from pathlib import Path
from typing import Any

from vlan2l3.rehearse.guest.tally import UNANSWERED, tally

ECHO_PORT = 7007
FIRST_SOURCE_PORT = 40000
CLONE_NEWNET = 0x40000000
SO_RCVBUFFORCE = 33  # asm-generic/socket.h; the socket module doesn't name it
RECEIVE_BUFFER = 4 << 20
PROBE = struct.Struct("!HI")
DRAIN_SECONDS = 1.0

SETUP = Path("/run/probe.json")
MARKS = Path("/run/marks.json")
LOSSES = Path("/run/losses.json")


def streams(job: dict[str, Any]) -> list[dict[str, Any]]:
    """List what is probed: every viewpoint with every address of the host in its families, both ways."""
    own = [a.partition("/")[0] for i in job["host"]["interfaces"] for a in i["addresses"]]
    found = []
    for number, viewpoint in enumerate(job["viewpoints"]):
        for address in own:
            for theirs in viewpoint["addresses"]:
                if (":" in theirs) is not (":" in address):
                    continue
                far = theirs.partition("/")[0]
                names = {"viewpoint": viewpoint["name"], "address": address}
                found += [
                    {
                        **names,
                        "direction": "to-host",
                        "at": f"view{number}",
                        "source": far,
                        "target": address,
                    },
                    {**names, "direction": "from-host", "at": "host", "source": address, "target": far},
                ]
    return found


def main() -> None:
    """Probe until SIGTERM, then write what was lost."""
    setup = json.loads(SETUP.read_text())
    prober = Prober(setup["streams"], setup["source_ports"], setup["interval_ms"] / 1000)
    signal.signal(signal.SIGTERM, prober.stop)
    prober.run()
    marks = json.loads(MARKS.read_text())
    answer = {"ticks": prober.ticks, "late_ticks": prober.late_ticks, "losses": tally(prober.flows, marks)}
    LOSSES.write_text(json.dumps(answer))


class Prober:
    """Hold all sockets, send one probe of each stream every interval, and note each answer."""

    def __init__(self, streams: list[dict[str, Any]], source_ports: int, interval: float) -> None:
        self.flows: list[dict[str, Any]] = []
        self.ticks = self.late_ticks = 0
        self._interval = interval
        self._source_ports = source_ports
        self._targets: list[tuple[str, int]] = []
        self._clients: list[socket.socket] = []
        self._echoes: dict[int, socket.socket] = {}
        self._by_descriptor: dict[int, socket.socket] = {}
        self._running = True
        self._poll = select.epoll()
        for namespace in sorted({s["at"] for s in streams}):
            _enter(namespace)
            for source in sorted({s["source"] for s in streams if s["at"] == namespace}):
                echo = self._open(source, ECHO_PORT)
                self._echoes[echo.fileno()] = echo
            for number, stream in enumerate(streams):
                if stream["at"] == namespace:
                    self._add(stream, FIRST_SOURCE_PORT + number * source_ports)

    def _open(self, address: str, port: int) -> socket.socket:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        opened = socket.socket(family, socket.SOCK_DGRAM)
        # Room for many seconds, so that a guest without processor time answers late instead of losing.
        opened.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER)
        opened.bind((address, port))
        opened.settimeout(0)
        self._poll.register(opened.fileno(), select.EPOLLIN)
        self._by_descriptor[opened.fileno()] = opened
        return opened

    def _add(self, stream: dict[str, Any], first_port: int) -> None:
        for port in range(first_port, first_port + self._source_ports):
            names = {key: stream[key] for key in ("viewpoint", "direction", "address")}
            self.flows.append({**names, "source_port": port, "sent": [], "answered": []})
            self._clients.append(self._open(stream["source"], port))
            self._targets.append((stream["target"], ECHO_PORT))

    def stop(self, _signal: int, _frame: object) -> None:
        """Send no more."""
        self._running = False

    def run(self) -> None:
        """Send every interval until stopped; a tick the guest slept through is counted, not made up for."""
        due = time.monotonic()
        while self._running:
            self._send(self.ticks % self._source_ports)
            self.ticks += 1
            due += self._interval
            behind = time.monotonic() - due
            if behind > self._interval:
                skipped = int(behind / self._interval)
                self.late_ticks += skipped
                due += skipped * self._interval
            self._answer_until(due)
        self._answer_until(time.monotonic() + DRAIN_SECONDS)

    def _send(self, turn: int) -> None:
        for number in range(turn, len(self.flows), self._source_ports):
            flow = self.flows[number]
            sequence = len(flow["sent"])
            flow["sent"].append(_now_ms())
            flow["answered"].append(UNANSWERED)
            with contextlib.suppress(
                OSError
            ):  # no route, or no such source address: unanswered, and counted so
                self._clients[number].sendto(PROBE.pack(number, sequence), self._targets[number])

    def _answer_until(self, due: float) -> None:
        while (
            True
        ):  # at least once, however late it is: a guest that only sends would lose what it doesn't read
            for descriptor, _ in self._poll.poll(max(0.0, due - time.monotonic())):
                self._drain(descriptor)
            if time.monotonic() >= due:
                return

    def _drain(self, descriptor: int) -> None:
        opened, echoes = self._by_descriptor[descriptor], descriptor in self._echoes
        while True:
            try:
                data, sender = opened.recvfrom(64)
            except OSError:
                return  # nothing more to read, or an ICMP error of an earlier probe
            if echoes:
                with contextlib.suppress(OSError):  # the answer can't leave: the probe stays unanswered
                    opened.sendto(data, sender)
            elif len(data) == PROBE.size:
                number, sequence = PROBE.unpack(data)
                self.flows[number]["answered"][sequence] = _now_ms()


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000


def _enter(namespace: str) -> None:
    descriptor = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    library = ctypes.CDLL(None, use_errno=True)  # os.setns came with Python 3.12
    if library.setns(descriptor, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), f"cannot enter {namespace}")
    os.close(descriptor)
