"""Ask Arista eAPI: JSON-RPC over HTTPS, one command a request, so that one refusal spoils no other answer.

Comes in: a target. Goes out: a session. The newest revision of each model is asked for, as the command line
shows it: without that eAPI gives revision 1, and the two transports would differ.
"""

from __future__ import annotations

import re
from typing import Any

from vlan2l3.collect.allow import AllowList, Question
from vlan2l3.collect.credentials import ENABLE, Credentials
from vlan2l3.collect.settings import Discover
from vlan2l3.collect.targets import Target
from vlan2l3.collect.transports import RefusedError, Session
from vlan2l3.collect.transports.https import Rpc, as_text, connect, odd

PATH = "/command-api"
_PLACE = re.compile(r"CLI command (\d+) of \d+ ")


class Eapi:
    """Be one login to an EOS switch."""

    def __init__(self, rpc: Rpc, allowed: AllowList, enable: str) -> None:
        self._rpc = rpc
        self._allowed = allowed
        self._enable = enable

    def ask(self, question: Question) -> str:
        """Send one command; a refusal is given in the words the command line has for it.

        Raises:
            RefusedError: when the password of `enable` is refused.
            LostError: when there is no answer, or an odd one.
        """
        self._allowed.permit(question.line)
        commands: list[Any] = [question.line]
        if self._enable:
            commands.insert(0, {"cmd": "enable", "input": self._enable})
        answer = self._rpc.call(
            {
                "jsonrpc": "2.0",
                "method": "runCmds",
                "params": {
                    "version": "latest",
                    "cmds": commands,
                    "format": "json" if question.is_json else "text",
                },
                "id": "1",
            }
        )
        error = answer.get("error")
        if error:
            return self._refusal(error)
        results = answer.get("result")
        if not isinstance(results, list) or len(results) != len(commands):
            raise odd(answer)
        said = results[-1]
        if not isinstance(said, dict):
            raise odd(answer)
        if question.is_json:
            return as_text(said)
        output = said.get("output")
        if not isinstance(output, str):
            raise odd(answer)
        return output

    def _refusal(self, error: Any) -> str:
        """Give the words of a refused command.

        Raises:
            RefusedError: when it was not the command but `enable`: every further attempt counts against the
                account.
        """
        message, data = _parts(error)
        place = _PLACE.match(message)
        about_first = place[1] == "1" if place else len(data) == 1
        if self._enable and about_first:
            refused = f"{self._rpc.url} refused `enable` with the password of {ENABLE}"
            raise RefusedError(f"{refused}; not tried again")
        said = [text for item in data if isinstance(item, dict) for text in _texts(item.get("errors"))]
        shown = said[-1] if said else message or "refused"
        return shown if shown.startswith("% ") else f"% {shown}"

    def close(self) -> None:
        """End the session."""
        self._rpc.close()


def open_session(target: Target, credentials: Credentials, settings: Discover, allowed: AllowList) -> Session:
    """Log in; see `https.connect` for what it raises."""
    return Eapi(connect(target, credentials, settings, PATH), allowed, credentials.enable)


def _parts(error: Any) -> tuple[str, list[Any]]:
    """Take an error apart: its message, and what each command up to the refused one said.

    Raises:
        LostError: when it has another form.
    """
    if not isinstance(error, dict):
        raise odd(error)
    message, data = error.get("message") or "", error.get("data") or []
    if not isinstance(message, str) or not isinstance(data, list):
        raise odd(error)
    return message, data


def _texts(said: Any) -> list[str]:
    return [text for text in said if isinstance(text, str)] if isinstance(said, list) else []
