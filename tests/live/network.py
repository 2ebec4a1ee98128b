"""Write an inventory of played devices, and run `vlan2l3 discover` on it as a user would.

Comes in: devices with ports. Goes out: what the command printed, its exit code, and the capture.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tests.live.device import Device
from vlan2l3.capture.manifest import MANIFEST, DeviceEntry, Entry, Manifest


@dataclass(frozen=True, kw_only=True)
class Done:
    """Hold what a run of the command left."""

    code: int
    out: str
    err: str
    folder: Path

    @property
    def devices(self) -> dict[str, DeviceEntry]:
        """Give the devices of the capture."""
        manifest = msgspec.json.decode((self.capture / MANIFEST).read_bytes(), type=Manifest)
        return {device.name: device for device in manifest.devices}

    def entries(self, device: str) -> dict[str, Entry]:
        """Give the answers of a device by command."""
        return {entry.command: entry for entry in self.devices[device].commands}

    @property
    def capture(self) -> Path:
        """Give the folder of the capture."""
        return self.folder / "captures" / "network"

    def everything(self) -> str:
        """Give all that was printed and written, to look for what must not be there."""
        files = (f.read_text(errors="replace") for f in self.capture.parent.rglob("*") if f.is_file())
        return "\n".join((self.out, self.err, *files))


def inventory(
    folder: Path,
    devices: Sequence[Device],
    *,
    data: Mapping[str, str] | None = None,
    discover: Mapping[str, object] | None = None,
) -> None:
    """Write `vlan2l3.toml` and the inventory; `data` is added to each device's data."""
    hosts = {
        device.name: {
            "hostname": "127.0.0.1",
            "port": device.port,
            "username": device.user,
            "platform": device.platform,
            "data": {"rack": "r1", **(data or {})},
        }
        for device in devices
    }
    (folder / "hosts.yaml").write_bytes(msgspec.json.encode(hosts))
    settings = {"known_hosts": "known_hosts", "connect_timeout": 5.0, "timeout": 1.5, **(discover or {})}
    lines = [f"{key} = {msgspec.json.encode(value).decode()}" for key, value in settings.items()]
    (folder / "vlan2l3.toml").write_text(
        "\n".join(("[inventory.options]", "host_file = 'hosts.yaml'", "[discover]", *lines, ""))
    )


def discover(folder: Path, *arguments: str, password: str = "", **environment: str) -> Done:
    """Run the command in a folder, with a password in the environment."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("VLAN2L3_", "SSH_AUTH_SOCK"))}
    given = {"VLAN2L3_PASSWORD": password} if password else {}
    done = subprocess.run(
        [sys.executable, "-m", "vlan2l3", "discover", *arguments],
        cwd=folder,
        env={**clean, **given, **environment, "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return Done(code=done.returncode, out=done.stdout, err=done.stderr, folder=folder)
