"""Ask one device everything on its list, in one session.

Comes in: a target and the settings. Goes out: `Heard`, whatever happens: what could not be asked says why.
This is what a worker runs, in a thread or on another machine: it opens its own session and finds its login.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from vlan2l3 import platforms
from vlan2l3.collect import credentials, sessions
from vlan2l3.collect.allow import AllowList, Question, allow_list
from vlan2l3.collect.settings import Discover
from vlan2l3.collect.targets import Target
from vlan2l3.collect.transports import (
    LeftoverError,
    LostError,
    RefusedError,
    Session,
    UnreachableError,
    opener,
)
from vlan2l3.platforms import Platform

SSH = ("cli", "shell", "napalm")
"""The ways that lead through SSH; the others are HTTPS."""

ITEMS = 500
"""How many names a device may list for one `*`; no machine has more files, bonds or VRFs of a kind."""

_REOPENED = 2
_BEFORE_RETRY = 1.0
_SHORT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Hold the answer to one command; `trouble` says why it is not whole, and `asked` whether it was sent.

    `spoils` names the command before, where it came out here that the answer to that one is not whole either.
    """

    command: str
    text: str | None = None
    trouble: str = ""
    asked: bool = True
    spoils: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Hold what one device said; `trouble` says why there was no session at all."""

    target: Target
    taken: str
    answers: tuple[Said, ...] = ()
    trouble: str = ""


def way(target: Target) -> str:
    """Give the way a target is reached; empty where there is none."""
    platform = platforms.load(target.platform) if target.platform else None
    ways = platform.collect.transports if platform and platform.collect else ()
    return (target.transport or ways[0]) if ways else ""


def collect(target: Target, settings: Discover) -> Heard:
    """Ask one device; never raises for anything the device or the network does."""
    taken = datetime.now(tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if not target.platform:
        trouble = f"the platform {target.said!r} is not known" if target.said else "no platform is named"
        return Heard(target=target, taken=taken, trouble=trouble)
    platform = platforms.load(target.platform)
    transport = way(target)
    if not transport:
        return Heard(target=target, taken=taken, trouble=f"{platform.title} can be read from files only")
    reached = target if target.transport or transport in SSH else replace(target, port=None)
    allowed = allow_list(platform, transport)
    line = _Line(reached, settings, transport, allowed)
    try:
        answers = _spoiled(_ask_all(line, platform, allowed))
    except (UnreachableError, RefusedError) as error:
        return Heard(target=target, taken=taken, trouble=str(error))
    finally:
        line.close()
    return Heard(target=target, taken=taken, answers=answers)


def _spoiled(answers: Iterable[Said]) -> tuple[Said, ...]:
    """Mark each answer that turned out, only when the next was asked for, to have gone on after its end."""
    found: list[Said] = []
    for said in answers:
        if said.spoils:
            why = "the answer went on after what looked like its end"
            found = [replace(a, trouble=a.trouble or why) if a.command == said.spoils else a for a in found]
        found.append(said)
    return tuple(found)


class _Line:
    """Keep one session open, and open it again where it was lost, but not for ever."""

    def __init__(self, target: Target, settings: Discover, transport: str, allowed: AllowList) -> None:
        self._target = target
        self._settings = settings
        self._open = opener(transport)
        self._allowed = allowed
        self._session: Session | None = None
        self._lost = 0
        self.before = ""
        self.answered = False
        self.gone = ""

    def ask(self, question: Question) -> str:
        """Ask one question; tried again only while nobody has answered, and never after a refusal."""
        for attempt in range(self._settings.retries + 1):
            try:
                text = self._opened().ask(question)
            except UnreachableError:
                self.close()
                if self.answered or attempt == self._settings.retries:
                    raise
                time.sleep(_BEFORE_RETRY)
            except LostError as error:
                self.close()
                self._lost += 1
                if self._lost > _REOPENED:
                    self.gone = str(error)
                raise
            else:
                self.answered = True
                self.before = question.command
                return text
        raise AssertionError("unreachable")

    def _opened(self) -> Session:
        if sessions.ended():
            raise RefusedError("interrupted")
        if self._session is None:
            login = credentials.find(self._target)
            self._session = self._open(self._target, login, self._settings, self._allowed)
            sessions.register(self._session)
            if sessions.ended():  # while it was being opened: whoever ended the others did not know of it
                self.close()
                raise RefusedError("interrupted")
        return self._session

    def close(self) -> None:
        """End the session."""
        if self._session is not None:
            sessions.forget(self._session)
            with suppress(Exception):
                self._session.close()
        self._session = None


def _ask_all(line: _Line, platform: Platform, allowed: AllowList) -> Iterator[Said]:
    """Ask every question; what lists items, or may make another one needless, comes first."""
    answered: dict[str, str] = {}
    unknown: set[str] = set()
    for question in sorted(allowed.questions, key=lambda q: (bool(q.spec.stands_for), bool(q.spec.each))):
        if question.spec.stands_for and question.spec.stands_for not in unknown:
            continue
        asked, refused = _filled(question, answered)
        beyond = asked[ITEMS:]
        if beyond:
            why = f"not asked about {len(beyond)} name(s): only {ITEMS} are asked about, and more were listed"
            yield Said(command=question.command, asked=False, trouble=why)
        if refused:
            why = (
                f"not asked about {len(refused)} name(s) of a form that is never sent, such as {refused[0]!r}"
            )
            yield Said(command=question.command, asked=False, trouble=why)
        for one in asked[:ITEMS]:
            said = _ask(line, platform, one)
            if said.text is not None and not said.trouble:
                answered[question.spec.command] = said.text
                unknown |= {question.spec.command} if _is_unknown(platform, said.text) else set()
            yield said


def _filled(question: Question, answered: dict[str, str]) -> tuple[list[Question], list[str]]:
    """Put every listed item in the place of the `*`; without a list there is nothing to ask about.

    Also gives the items that do not look like names: a file called `x; reboot` is not asked about.
    """
    if not question.spec.each:
        return [question], []
    listed = answered.get(question.spec.each, "")
    items = dict.fromkeys(found[1] for found in re.finditer(question.spec.items, listed, re.MULTILINE))
    asked: list[Question] = []
    refused: list[str] = []
    for item in items:
        try:
            asked.append(question.about(item))
        except ValueError:
            refused.append(item)
    return asked, refused


def _ask(line: _Line, platform: Platform, question: Question) -> Said:
    """Ask one question, in older words where the device does not know the new ones."""
    said = _ask_once(line, question)
    for older in question.older:
        if said.trouble or said.text is None or not _is_unknown(platform, said.text):
            break
        said = _ask_once(line, older)
    return said


def _ask_once(line: _Line, question: Question) -> Said:
    if line.gone:
        return Said(command=question.command, asked=False, trouble=f"not asked: {line.gone}")
    try:
        return Said(command=question.command, text=line.ask(question))
    except LostError as error:
        spoils = line.before if isinstance(error, LeftoverError) else ""
        return Said(command=question.command, text=error.text or None, trouble=str(error), spoils=spoils)
    except (UnreachableError, RefusedError) as error:
        if not line.answered:
            raise
        line.gone = str(error)
        return Said(command=question.command, trouble=str(error))


def _is_unknown(platform: Platform, text: str) -> bool:
    return len(text) <= _SHORT and any(re.search(p, text, re.MULTILINE) for p in platform.failed)
