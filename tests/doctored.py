"""Change answers of the demo capture, as if the devices had said so."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from terminal import DEMO, type_


def doctored(folder: Path, *changes: tuple[str, str, str]) -> Path:
    """Copy the demo capture and replace, in each named answer, the first `old` by `new`."""
    capture = folder / "capture"
    shutil.copytree(DEMO, capture)
    manifest = json.loads((capture / "capture.json").read_text())
    entries = {
        f"{device['name']}/{command['file']}": command
        for device in manifest["devices"]
        for command in device["commands"]
        if "file" in command
    }
    for file, old, new in changes:
        text = (capture / file).read_bytes().decode()
        assert old in text, file
        content = text.replace(old, new, 1).encode()
        (capture / file).write_bytes(content)
        entries[file]["sha256"] = hashlib.sha256(content).hexdigest()
    (capture / "capture.json").write_text(json.dumps(manifest))
    return capture


def reasons_to_stay(capture: Path, out: Path, host: str) -> list[str]:
    """Plan rack r12 and give the reasons for which a host of it stays; none when it moves."""
    intent = str(capture / "vlan2l3.toml")
    shown = type_("plan", "--rack", "r12", "--capture", str(capture), "--intent", intent, "--out", str(out))
    assert shown.code == 0, shown.stderr
    plan = json.loads((out / "r12/plan.json").read_text())
    reasons = {stay["name"]: stay["reasons"] for stay in plan["stays"]}
    assert (host in reasons) is not (host in {moving["name"] for moving in plan["hosts"]})
    return list(reasons.get(host, []))
