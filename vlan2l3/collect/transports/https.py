"""Send JSON-RPC over HTTPS; certificates are checked.

Comes in: a request. Goes out: the decoded answer of the one command in it. A login is tried once.
"""

from __future__ import annotations

import json
import os
import time
from typing import Any

import requests

from vlan2l3.collect.credentials import Credentials
from vlan2l3.collect.settings import Discover
from vlan2l3.collect.targets import Target
from vlan2l3.collect.transports import LONGEST, LostError, RefusedError, UnreachableError, one_line

PORT = 443
_DENIED = (401, 403)
_CHUNK = 65536


class Rpc:
    """Be one HTTPS session."""

    def __init__(self, session: requests.Session, url: str, settings: Discover, login: str) -> None:
        self._session = session
        self._url = url
        self._times = (settings.connect_timeout, settings.timeout)
        self._login = login

    def call(self, request: Any) -> dict[str, Any]:
        """Post one request.

        Raises:
            RefusedError: when the login or the certificate is refused.
            UnreachableError: when nobody answers.
            LostError: when the answer broke off, hung, or is no JSON-RPC.
        """
        kept = bytearray()
        status = requests.codes.ok
        try:
            status = self._post(request, kept)
            answer = json.loads(kept.decode("utf-8", "replace"))
        except requests.exceptions.SSLError as error:
            hint = f"put it into `ca_file` ({_reason(error)})"
            raise RefusedError(f"the certificate of {self._url} is not trusted: {hint}") from None
        except requests.exceptions.ConnectTimeout:
            raise UnreachableError(f"{self._url}: no answer in {self._times[0]:g} s") from None
        except (requests.exceptions.RequestException, OSError) as error:
            raise _broken(error, self._url, kept, self._times[1]) from None
        except ValueError:
            odd = "is not whole JSON" if status == requests.codes.ok else f"is HTTP {status}"
            raise LostError(f"the answer {odd}", _text(kept)) from None
        answer = answer[0] if isinstance(answer, list) and answer else answer
        if not isinstance(answer, dict) or not ({"result", "error"} & answer.keys()):
            raise LostError(f"the answer is no JSON-RPC, HTTP {status}", _text(kept))
        return answer

    def _post(self, request: Any, kept: bytearray) -> int:
        """Send a request, keep what comes, however far it comes, and give the status.

        NX-API sends its errors with status 500. A redirection is not followed: the login is for this device.
        """
        begun = time.monotonic()
        with self._session.post(
            self._url, json=request, timeout=self._times, stream=True, allow_redirects=False
        ) as response:
            if response.status_code in _DENIED:
                raise RefusedError(f"{self._url} refused the login of {self._login}; not tried again")
            for chunk in response.iter_content(_CHUNK):
                kept += chunk
                if time.monotonic() - begun > LONGEST * self._times[1]:
                    raise LostError(f"no end after {LONGEST * self._times[1]:g} s", _text(kept))
            return response.status_code

    def close(self) -> None:
        """End the session."""
        self._session.close()


def connect(target: Target, credentials: Credentials, settings: Discover, path: str) -> Rpc:
    """Make ready to ask; the first question opens the connection."""
    session = requests.Session()
    session.trust_env = False  # no proxy and no .netrc: what is asked goes to the device
    session.auth = (credentials.username, credentials.password)
    session.headers["Content-Type"] = "application/json-rpc" if path == "/ins" else "application/json"
    session.verify = os.path.expanduser(settings.ca_file) if settings.ca_file else True  # noqa: PTH111
    url = f"https://{target.address}:{target.port or PORT}{path}"
    return Rpc(session, url, settings, f"{credentials.username} with {credentials.source}")


def _broken(error: Exception, url: str, kept: bytearray, timeout: float) -> Exception:
    said = _reason(error)
    if "timed out" in said:
        return LostError(f"no byte for {timeout:g} s, {len(kept)} bytes had come", _text(kept))
    if isinstance(error, requests.exceptions.ConnectionError) and "establish a new connection" in str(error):
        return UnreachableError(f"{url}: {said}")
    return LostError(f"the session broke: {said}", _text(kept))


def _reason(error: BaseException) -> str:
    """Find the innermost reason of a nest of wrapped faults."""
    inner: Any = error
    while True:
        inside = getattr(inner, "reason", None) or next(
            (a for a in getattr(inner, "args", ()) if isinstance(a, BaseException)), None
        )
        if not isinstance(inside, BaseException):
            return one_line(inner)
        inner = inside


def _text(data: bytearray) -> str:
    return bytes(data).decode("utf-8", "replace")
