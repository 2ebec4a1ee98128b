"""Ask Arista eAPI: JSON-RPC over HTTPS, one command a request, so that one refusal spoils no other answer.

Comes in: a target. Goes out: a session. The newest revision of each model is asked for, as the command line
shows it: without that eAPI gives revision 1, and the two transports would differ.
"""

from __future__ import annotations

import json
from typing import Any

from vlan2l3.collect.allow import AllowList, Question
from vlan2l3.collect.credentials import Credentials
from vlan2l3.collect.settings import Discover
from vlan2l3.collect.targets import Target
from vlan2l3.collect.transports import Session
from vlan2l3.collect.transports.https import Rpc, connect

PATH = "/command-api"


class Eapi:
    """Be one login to an EOS switch."""

    def __init__(self, rpc: Rpc, allowed: AllowList, enable: str) -> None:
        self._rpc = rpc
        self._allowed = allowed
        self._enable = enable

    def ask(self, question: Question) -> str:
        """Send one command; a refusal is given in the words the command line has for it."""
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
            return _refusal(error)
        result = answer["result"][-1]
        if question.is_json:
            return json.dumps(result, indent=2)
        return str(result["output"])

    def close(self) -> None:
        """End the session."""
        self._rpc.close()


def open_session(target: Target, credentials: Credentials, settings: Discover, allowed: AllowList) -> Session:
    """Log in; see `https.connect` for what it raises."""
    return Eapi(connect(target, credentials, settings, PATH), allowed, credentials.enable)


def _refusal(error: dict[str, Any]) -> str:
    said = [
        text for item in error.get("data", ()) if isinstance(item, dict) for text in item.get("errors", ())
    ]
    message = said[-1] if said else str(error.get("message", "refused"))
    return message if message.startswith("% ") else f"% {message}"
