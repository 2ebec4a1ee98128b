"""Play Arista eAPI and Cisco NX-API: JSON-RPC over HTTPS with a certificate made for the test.

Comes in: devices. Goes out: a port for each, and the certificate to trust. Refusals, error codes and the
shape of a batch are those of the vendors' documentation.
"""

from __future__ import annotations

import base64
import json
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.live.device import UNKNOWN, Device, Fault


def certificate(folder: Path) -> tuple[Path, Path]:
    """Make a self-signed certificate for 127.0.0.1; give its file and that of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "played device")])
    now = datetime.now(tz=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "ca.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files


def _handler(device: Device, ended: threading.Event) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class's name
            """Print nothing."""

        def do_POST(self) -> None:
            """Answer one request."""
            body = self.rfile.read(int(self.headers["Content-Length"]))
            given = base64.b64decode(self.headers.get("Authorization", "Basic ").removeprefix("Basic "))
            user, _, password = given.decode().partition(":")
            device.logins.append((user, "basic"))
            if (user, password) != (device.user, device.password):
                device.refused.append(user)
                self._send(401, b"Unauthorized")
                return
            request = json.loads(body)
            line, answer = (_eapi if self.path == "/command-api" else _nxapi)(device, request)
            device.received.append(line)
            time.sleep(device.latency)
            self._send(200, json.dumps(answer).encode(), fault=device.faults.get(line))

        def _send(self, status: int, body: bytes, *, fault: Fault | None = None) -> None:
            if fault is Fault.SLOW:
                ended.wait()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if fault in (Fault.HANG, Fault.RESET):
                self.wfile.write(body[: len(body) // 2])
                self.wfile.flush()
                ended.wait(None if fault is Fault.HANG else 0)
                self.close_connection = True
                return
            cut = len(body) // 2 if fault is Fault.HALF else len(body)
            self.wfile.write(body[:cut].ljust(len(body)))

    return Handler


def _eapi(device: Device, request: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    parameters = request["params"]
    command = parameters["cmds"][-1]
    line = command if isinstance(command, str) else command["cmd"]
    text = device.answers.get(line)
    if text is None:
        said = UNKNOWN["eos"].removeprefix("% ") + f" (at token 1: '{line.split()[-1]}')"
        error = {
            "code": 1002,
            "message": f"CLI command 1 of 1 '{line}' failed: invalid command",
            "data": [{"errors": [said]}],
        }
        return line, {"jsonrpc": "2.0", "id": request["id"], "error": error}
    result = json.loads(text) if parameters["format"] == "json" else {"output": text}
    return line, {"jsonrpc": "2.0", "id": request["id"], "result": [result]}


def _nxapi(device: Device, request: list[dict[str, Any]]) -> tuple[str, dict[str, Any]]:
    one = request[0]
    line, method = one["params"]["cmd"], one["method"]
    text = device.answers.get(line)
    if text is None:
        error = {
            "code": -32602,
            "message": "Invalid params",
            "data": {"msg": f"{UNKNOWN['nxos']}\n"},
        }
        return line, {"jsonrpc": "2.0", "id": one["id"], "error": error}
    result = {"body": json.loads(text)} if method == "cli" else {"msg": text}
    return line, {"jsonrpc": "2.0", "id": one["id"], "result": result}


@contextmanager
def serve(devices: Sequence[Device], folder: Path) -> Iterator[Path]:
    """Play all devices until the block ends; give the file of the certificate they show."""
    public, private = certificate(folder)
    ended = threading.Event()
    with ExitStack() as stack:
        for device in devices:
            server = ThreadingHTTPServer(("127.0.0.1", device.port), _handler(device, ended))
            server.daemon_threads = True
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(public, private)
            server.socket = context.wrap_socket(server.socket, server_side=True)
            device.port = server.server_address[1]
            thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
            thread.start()
            stack.callback(server.server_close)
            stack.callback(thread.join, 10)
            stack.callback(server.shutdown)
        stack.callback(ended.set)
        yield public
