"""Networks larger than the demo: every rack gets files that the real programs accept, or a reason."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import jsonschema
import markdown_reader
import pytest
from terminal import ROOT, type_

from vlan2l3.cli.stages import Survey, planner, survey
from vlan2l3.render.write import read, write

SEEDS = (1, 2)
RACKS = ("r11", "r12", "r13")  # every third one has leafs of NX-OS
PLACES = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])


@dataclass(frozen=True)
class Planned:
    """Hold a generated network and what became of each of its racks."""

    capture: Path
    surveyed: Survey
    texts: dict[str, dict[str, str]]
    folder: Path

    def files(self, *patterns: str) -> list[Path]:
        """Find files of all plans."""
        found = sorted({path for pattern in patterns for path in self.folder.glob(pattern) if path.is_file()})
        assert found, patterns
        return found

    def markdown(self) -> dict[str, str]:
        """Give every Markdown file of all plans."""
        return {
            f"{rack}/{name}": text
            for rack, texts in self.texts.items()
            for name, text in texts.items()
            if name.endswith(".md")
        }


@pytest.fixture(scope="module", params=SEEDS, ids=lambda seed: f"seed-{seed}")
def planned(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Planned:
    """Generate three racks of twelve hosts and plan all of them."""
    out = tmp_path_factory.mktemp("network")
    command = [sys.executable, "-m", "fixtures.generate", "--racks", "3", "--hosts", "12"]
    subprocess.run(
        [*command, "--seed", str(request.param), "--out", str(out / "capture")], cwd=ROOT, check=True
    )
    surveyed = survey(out / "capture")
    made = planner(surveyed, out / "capture" / "vlan2l3.toml")
    texts = {rack: made.texts(made.plan(rack)) for rack in surveyed.network.racks}
    for rack, own in texts.items():
        write(out / "plans" / rack, own)
    return Planned(out / "capture", surveyed, texts, out / "plans")


def program(name: str) -> str:
    """Find a program that has to be there."""
    found = shutil.which(name, path=PLACES)
    assert found, f"{name} is missing: `make test` installs it"
    return found


def accepted(*command: str | Path) -> None:
    """Run a program that judges a file."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_rack_is_planned(planned: Planned) -> None:
    """Of both platforms there are templates for."""
    assert tuple(planned.texts) == RACKS
    platforms = {switch.platform for switch in planned.surveyed.network.switches if switch.rack}
    assert platforms == {"eos", "nxos"}


def test_each_host_of_a_planned_rack_moves_or_stays_with_a_reason(planned: Planned) -> None:
    """Nobody is forgotten, and a reason's source is a line that exists."""
    for rack, texts in planned.texts.items():
        plan = json.loads(texts["plan.json"])
        moving, staying = {h["name"] for h in plan["hosts"]}, {s["name"] for s in plan["stays"]}
        assert moving | staying == {h.name for h in planned.surveyed.network.hosts if h.rack == rack}
        assert not moving & staying
        assert len(moving) > 3
        assert all(stay["reasons"] for stay in plan["stays"])


def test_real_bird_accepts_every_configuration(planned: Planned) -> None:
    """Parsed by the version Debian 12 ships."""
    bird = program("bird")
    for path in planned.files("**/bird.conf"):
        accepted(bird, "-p", "-c", path)


def test_every_script_passes_sh_and_shellcheck(planned: Planned) -> None:
    """What runs as root on a host has no slip a checker can find."""
    scripts = planned.files("**/*.sh", "**/if-up.d/*")
    for path in scripts:
        accepted("sh", "-n", path)
    accepted(program("shellcheck"), *scripts)


def test_real_ifupdown_reads_every_interfaces_file(planned: Planned) -> None:
    """Where ifupdown is installed, its own parser judges; everywhere the dummy has the host's addresses."""
    ifquery = shutil.which("ifquery", path=PLACES)
    for path in planned.files("**/etc/network/interfaces", "**/etc/network/interfaces.d/*"):
        if ifquery:
            accepted(ifquery, "-i", path, "--list", "--all")
    for rack, texts in planned.texts.items():
        for host in json.loads(texts["plan.json"])["hosts"]:
            lines = planned.folder.joinpath(rack, "hosts", host["name"], "etc/network/interfaces").read_text()
            written = re.findall(
                r"(?m)^iface dummy0 inet6? static\n(?:    pre-up .*\n)?    address (\S+)$", lines
            )
            assert sorted(written) == sorted(host["addresses"])


def test_the_data_follows_the_schema_that_the_tool_prints(planned: Planned) -> None:
    """A program that reads `plan.json` may rely on `vlan2l3 schema`."""
    validator = jsonschema.Draft202012Validator(json.loads(type_("schema").stdout))
    for texts in planned.texts.values():
        validator.validate(json.loads(texts["plan.json"]))


def test_every_table_row_has_the_columns_of_its_header(planned: Planned) -> None:
    """A bar that isn't escaped would shift what an operator reads under a heading."""
    counted = 0
    for name, text in planned.markdown().items():
        for header, columns, line in markdown_reader.rows(text):
            assert columns == header, f"{name}: {line}"
            counted += 1
    assert counted > 1000


def test_every_link_leads_to_a_file_of_the_plan(planned: Planned) -> None:
    """Relative links only, and none of them broken."""
    followed = 0
    for name, text in planned.markdown().items():
        rack, _, inside = name.partition("/")
        for link in markdown_reader.links(text):
            target = (PurePosixPath(inside).parent / link.partition("#")[0]).as_posix()
            assert target in planned.texts[rack], f"{name}: {link}"
            followed += 1
    assert followed > 100


def test_neither_hash_seed_nor_folder_nor_time_zone_reaches_a_plan(planned: Planned, tmp_path: Path) -> None:
    """Two runs in processes of their own give what the first one gave, to the byte."""
    code = "from vlan2l3.cli import main; main()"
    for seed in ("1", "2"):
        arguments = ("plan", "--all", "--capture", planned.capture, "--out", tmp_path / seed)
        command = [
            sys.executable,
            "-c",
            code,
            *map(str, arguments),
            "--intent",
            str(planned.capture / "vlan2l3.toml"),
        ]
        env = {**os.environ, "PYTHONHASHSEED": seed, "TZ": f"UTC+{seed}"}
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        for rack, texts in planned.texts.items():
            assert read(tmp_path / seed / rack) == texts
    for shared in ("fabric", "campaign"):
        assert read(tmp_path / "1" / shared) == read(tmp_path / "2" / shared)
