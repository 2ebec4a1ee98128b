"""Describe one device that a server plays.

Comes in: nothing. Goes out: the record that the SSH and the HTTPS server read anew for each command, so that
a test can change it while a session is open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.live.faults import Fault

EVERY = "*"
FOREVER = 3600.0  # a pause that outlasts every client; leaving the rig ends it


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """Hold what a device looks like, what it answers, and what goes wrong with it.

    Attributes:
        platform: a key of `dialects.DIALECTS`.
        password: empty where no password is let in.
        public_key: an OpenSSH public key that is let in.
        answers: command -> output. What a device says in JSON stands under `show version | json`, for the
            command line and for the JSON-RPC servers alike; NX-OS has `| json native` for the former too.
        first_revisions: command -> what eAPI says in JSON where no revision is asked for.
        banner: sent before the login, as SSH has it.
        motd: shown after the login, in front of the first prompt.
        latency: seconds before each answer.
        slow: command -> seconds before its answer, in place of `latency`.
        faults: command -> what goes wrong; `EVERY` stands for each command that has none of its own.
        most_sessions: how many may be open at once; a further connection is closed at once.
        disconnects: it closes the session right behind the login.
        resets_login: it resets the connection in answer to a login that it was to check.
        opens: false where nothing asked for behind the login is answered.
        enable: the second password; the session begins below it.
        prompt: in place of the platform's own, where the login does not end at its command line.
    """

    platform: str
    hostname: str
    user: str = "admin"
    password: str = ""
    enable: str = ""
    public_key: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    first_revisions: Mapping[str, str] = field(default_factory=dict)
    banner: str = ""
    motd: str = ""
    latency: float = 0.0
    slow: Mapping[str, float] = field(default_factory=dict)
    faults: Mapping[str, Fault] = field(default_factory=dict)
    most_sessions: int = 0
    disconnects: bool = False
    resets_login: bool = False
    opens: bool = True
    prompt: str = ""

    def fault(self, command: str) -> Fault | None:
        """Give what goes wrong with a command."""
        return self.faults.get(command, self.faults.get(EVERY))

    def pause(self, command: str) -> float:
        """Give the seconds before a command's answer."""
        return self.slow.get(command, self.latency)

    def stranger(self, command: str) -> int:
        """Give the index of the first word with which a command leaves everything the device knows."""
        words = command.split()
        common = 0
        for known in self.answers:
            theirs = known.split()
            same = next(
                (n for n, (a, b) in enumerate(zip(words, theirs, strict=False)) if a != b),
                min(len(words), len(theirs)),
            )
            common = max(common, same)
        return min(common, max(0, len(words) - 1))
