"""Answer Cisco NX-API's JSON-RPC from recorded outputs.

Comes in: a decoded request, one object or a list of them. Goes out: the commands it holds, and the answer. A
list of one gets one object back (`nxapi_plumbing` has to cope with it), and an error comes with HTTP status
500 (napalm pull request 1461). That the rest of a list is answered behind an error was not seen anywhere.
"""

from __future__ import annotations

import json
from typing import Any

from tests.live.device import Device
from tests.live.faults import Fault

PATH = "/ins"
CONTENT_TYPE = "application/json-rpc; charset=UTF-8"
REALM = 'Basic realm="Secure Zone"'
UNAUTHORIZED = "<html><head><title>401 Authorization Required</title></head></html>\n"
INVALID_PARAMS = -32602
SERVER_ERROR = 500
METHODS = ("cli", "cli_ascii")


def commands(request: Any) -> list[str]:
    """Give the commands of a request, in their order; of any other request none."""
    items = request if isinstance(request, list) else [request]
    known = [i for i in items if isinstance(i, dict) and i.get("method") in METHODS]
    return [str(item["params"]["cmd"]) for item in known]


def answer(device: Device, request: Any) -> tuple[int, Any]:
    """Give the HTTP status and the decoded answer."""
    items = request if isinstance(request, list) else [request]
    said = [{"jsonrpc": "2.0", **_run(device, item), "id": item.get("id")} for item in items]
    status = SERVER_ERROR if any("error" in one for one in said) else 200
    return status, said[0] if len(said) == 1 else said


def _run(device: Device, item: dict[str, Any]) -> dict[str, Any]:
    if item.get("method") not in METHODS:
        return {"error": {"code": -32601, "message": "Method not found"}}
    line = item["params"]["cmd"]
    if device.fault(line) is Fault.DENIED:
        return _error("% Permission denied for the role\n")
    text, structured = device.answers.get(line), device.answers.get(f"{line} | json")
    if text is None and structured is None:
        return _error("% Invalid command\n")
    if item["method"] == "cli_ascii" or structured is None:
        shown = text if text is not None else structured
        return {"result": {"msg": shown} if shown else None}
    return {"result": {"body": json.loads(structured)} if structured.strip() else None}


def _error(said: str) -> dict[str, Any]:
    return {"error": {"code": INVALID_PARAMS, "message": "Invalid params", "data": {"msg": said}}}
