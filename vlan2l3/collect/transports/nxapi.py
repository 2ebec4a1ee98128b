"""Ask Cisco NX-API: JSON-RPC over HTTPS, one command a request.

Comes in: a target. Goes out: a session. Its JSON has the plain shape, in which a table of one row is an
object and not a list; the parsers know both.
"""

from __future__ import annotations

from typing import Any

from vlan2l3.collect.allow import AllowList, Question
from vlan2l3.collect.credentials import Credentials
from vlan2l3.collect.settings import Discover
from vlan2l3.collect.targets import Target
from vlan2l3.collect.transports import Session
from vlan2l3.collect.transports.https import Rpc, as_text, connect, odd

PATH = "/ins"


class Nxapi:
    """Be one login to an NX-OS switch."""

    def __init__(self, rpc: Rpc, allowed: AllowList) -> None:
        self._rpc = rpc
        self._allowed = allowed

    def ask(self, question: Question) -> str:
        """Send one command; a refusal is given in the words the command line has for it.

        Raises:
            LostError: when there is no answer, or an odd one.
        """
        self._allowed.permit(question.line)
        method = "cli" if question.is_json else "cli_ascii"
        request = {
            "jsonrpc": "2.0",
            "method": method,
            "params": {"cmd": question.line, "version": 1},
            "id": 1,
        }
        answer = self._rpc.call([request])
        error = answer.get("error")
        if error:
            return _refusal(error)
        result = answer.get("result") or {}
        if not isinstance(result, dict):
            raise odd(answer)
        if "body" in result:
            return as_text(result["body"])
        said = result.get("msg", "")  # asked for JSON or not: no answer is no empty table
        if not isinstance(said, str):
            raise odd(answer)
        return said

    def close(self) -> None:
        """End the session."""
        self._rpc.close()


def open_session(target: Target, credentials: Credentials, settings: Discover, allowed: AllowList) -> Session:
    """Log in; see `https.connect` for what it raises."""
    return Nxapi(connect(target, credentials, settings, PATH), allowed)


def _refusal(error: Any) -> str:
    """Give the words of a refused command.

    Raises:
        LostError: when the error has another form.
    """
    if not isinstance(error, dict):
        raise odd(error)
    data = error.get("data")
    said = (data.get("msg") if isinstance(data, dict) else "") or error.get("message") or "refused"
    if not isinstance(said, str):
        raise odd(error)
    message = said.strip()
    return message if message.startswith("% ") else f"% {message}"
