"""Build the captures of `fixtures/scenarios`: a small network, and folders that change a few of its answers.

A scenario is `<rule>/fires-…` or `<rule>/quiet-…`: in the first the rule has to fire, in the second it must
not. Its folders are devices. A file stands in for the base network's file of that name; `NAME.more` is put at
its end; an empty `NAME.none` takes it away. `expected.txt` lists every finding of the whole network, of any
rule.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from vlan2l3.analyze import Finding
from vlan2l3.capture import store
from vlan2l3.capture.importers import import_folder
from vlan2l3.cli.stages import Survey, survey

FOLDER = Path(__file__).parents[1] / "fixtures" / "scenarios"
BASE = FOLDER / "base"
EXPECTED = "expected.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Name one folder below a rule's."""

    folder: Path

    def __str__(self) -> str:
        return f"{self.rule}/{self.folder.name}"

    @property
    def rule(self) -> str:
        """Give the rule it is about."""
        return self.folder.parent.name

    @property
    def fires(self) -> bool:
        """Tell whether the rule has to fire."""
        return self.folder.name.startswith("fires-")

    def findings(self, workspace: Path) -> tuple[Finding, ...]:
        """Import the scenario's capture into a workspace and find what is bound to layer 2 in it."""
        return self.survey(workspace).analysis().findings

    def survey(self, workspace: Path) -> Survey:
        """Import the scenario's capture into a workspace and read it."""
        outputs, capture = workspace / "outputs", workspace / "capture"
        shutil.copytree(BASE, outputs)
        for device in sorted(path for path in self.folder.iterdir() if path.is_dir()):
            for file in sorted(device.iterdir()):
                _change(outputs / device.name / file.name, file)
        gathered = import_folder(outputs, name="scenario")
        store.write(
            capture,
            name=gathered.name,
            taken=gathered.taken,
            source=gathered.source,
            devices=gathered.devices,
        )
        return survey(capture)


def scenarios() -> tuple[Scenario, ...]:
    """List every scenario there is."""
    rules = sorted(path for path in FOLDER.iterdir() if path.is_dir() and path != BASE)
    return tuple(Scenario(folder=folder) for rule in rules for folder in sorted(rule.iterdir()))


def shown() -> tuple[Scenario, ...]:
    """List one scenario a rule, in which it fires: every form a finding can take, without doing all twice."""
    return tuple({s.rule: s for s in reversed(scenarios()) if s.fires}.values())


def described(findings: tuple[Finding, ...]) -> str:
    """Write findings as `expected.txt` has them."""
    lines: list[str] = []
    for finding in findings:
        segments = ", ".join(finding.segments) or "no segment"
        lines.append(f"{finding.severity} {finding.certainty} {finding.rule}: {finding.subject} ({segments})")
        lines += [f"  {e.source.file}:{e.line} {e.weight} {e.excerpt}" for e in finding.evidence]
    return "".join(f"{line}\n" for line in lines)


def _change(target: Path, file: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    if target.suffix == ".more":
        base = target.with_suffix("")
        base.write_bytes((base.read_bytes() if base.exists() else b"") + file.read_bytes())
    elif target.suffix == ".none":
        target.with_suffix("").unlink()
    else:
        shutil.copy(file, target)
