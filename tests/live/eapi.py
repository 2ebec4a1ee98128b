"""Answer Arista eAPI's `runCmds` from recorded outputs.

Comes in: a decoded JSON-RPC request. Goes out: the commands it holds, and the answer. The shapes are those of
EOS 4.31 (anta's and pyeapi's tests) and of its own manual: an error has HTTP status 200, and carries what the
commands before it said.
"""

from __future__ import annotations

import json
from typing import Any

from tests.live.device import Device
from tests.live.faults import Fault

PATH = "/command-api"
CONTENT_TYPE = "application/json"
REALM = 'Basic realm="COMMAND_API_AUTH"'
UNAUTHORIZED = "Unable to authenticate user: Bad username/password combination"
COULD_NOT_RUN, INVALID, UNCONVERTED, DENIED = 1000, 1002, 1003, 1005
REASONS = {
    COULD_NOT_RUN: "could not run command",
    INVALID: "invalid command",
    UNCONVERTED: "unconverted command",
    DENIED: "permission to run command denied",
}
TEXT_ONLY = (
    "Command cannot be used over the API at this time. To see ASCII output, set format='text' in your request"
)


def commands(request: Any) -> list[str]:
    """Give the commands of a request, in their order; of any other request none."""
    if not isinstance(request, dict) or request.get("method") != "runCmds":
        return []
    return [c if isinstance(c, str) else str(c["cmd"]) for c in request["params"]["cmds"]]


def answer(device: Device, request: Any) -> tuple[int, Any]:
    """Give the HTTP status and the decoded answer."""
    if not commands(request):
        said = {"code": -32601, "message": "Method not found"}
        return 200, {"jsonrpc": "2.0", "id": None, "error": said}
    head = {"jsonrpc": "2.0", "id": request.get("id")}
    params, results = request["params"], list[Any]()
    for number, command in enumerate(params["cmds"], start=1):
        code, result = _run(device, command, params)
        results.append(result)
        if code:
            line = command if isinstance(command, str) else command["cmd"]
            of = f"CLI command {number} of {len(params['cmds'])}"
            message = f"{of} '{line}' failed: {REASONS[code]}"
            return 200, head | {"error": {"code": code, "message": message, "data": results}}
    return 200, head | {"result": results}


def _run(device: Device, command: Any, params: dict[str, Any]) -> tuple[int, Any]:
    line = command if isinstance(command, str) else command["cmd"]
    if device.fault(line) is Fault.DENIED:
        return DENIED, {"errors": [f"Authorization denied for command '{line}'"]}
    if line == "enable":
        given = command.get("input", "") if isinstance(command, dict) else ""
        return (DENIED, {"errors": ["Bad secret"]}) if device.enable not in ("", given) else (0, {})
    text, structured = device.answers.get(line), device.answers.get(f"{line} | json")
    if text is None and structured is None:
        index = device.stranger(line)
        return INVALID, {"errors": [f"Invalid input (at token {index}: '{line.split()[index]}')"]}
    if params.get("format", "json") == "text":
        return 0, {"output": text if text is not None else structured}
    if structured is None:
        return UNCONVERTED, {"errors": [TEXT_ONLY]}
    revision = command.get("revision") if isinstance(command, dict) else None
    if (revision or params.get("version")) == 1:  # the first revision, unless a later one is asked for
        structured = device.first_revisions.get(line, structured)
    result = json.loads(structured)
    return (COULD_NOT_RUN if "errors" in result else 0), result
