"""Captures full of hostile words: a plan says what an honest capture's does, or there is none.

Every description, VLAN name, banner and comment is hostile in all of them. In half of them nothing else is,
and the plan has to be that of the harmless network, word for word where a machine reads it. In the other half
values of any other meaning are hostile too: then the tool may refuse, or plan with nothing of them where a
machine reads.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hostile
import markdown_reader
import pytest
from terminal import Shown, type_

from fixtures.generate.intent import intent
from fixtures.generate.network import Host, Net, Network, Rack, Vlan
from fixtures.generate.scale import network
from fixtures.generate.write import write

pytestmark = pytest.mark.long

EACH = 60  # captures of a platform and a kind; 250 take ten minutes
FRR = '\n[[daemon]]\nname = "frr"\nmembers = ["db-2"]\n'
FOR_SWITCHES = ".cfg"
INTERFACES = "cat_etc_network_interfaces"
PATH = re.compile(r"[A-Za-z0-9._+-]+(?:/[A-Za-z0-9._+-]+)*")
READERS = {
    ".sh": ("sh", "-n"),
    "bird.conf": ("/usr/sbin/bird", "-p", "-c"),
    "frr.conf": ("/usr/bin/vtysh", "-C", "-f"),
    ".nft": ("/usr/sbin/nft", "-c", "-f"),
    "/if-up.d/": ("sh", "-n"),
    "/interfaces": ("/usr/sbin/ifquery", "--list", "--all", "-i"),
}


def small(platform: str) -> Network:
    """Describe a rack with a host of each daemon and one that stays."""
    _, _, web, db, _ = vlans = network(racks=1, hosts=1, seed=1).vlans

    def host(name: str, attach: str, vlan: Vlan, number: int, *, tagged: bool = False) -> Host:
        net = Net(vlan=vlan.number, v4=vlan.v4_at(number + 20), v6=vlan.v6_at(number + 20), tagged=tagged)
        return Host(name=name, rack=11, port=number, attach=attach, nets=(net,), runs=("nginx",))

    hosts = (
        host("web-1", "lacp", web, 1),
        host("db-2", "backup", db, 2, tagged=True),
        host("old-3", "a", web, 3),
    )
    return Network(name="small", vlans=vlans, racks=(Rack(number=11, platform=platform),), hosts=hosts)


@dataclass(frozen=True)
class Bench:
    """Plan a network again and again, with other words in its answers."""

    folder: Path
    clean: dict[str, str]

    def planned(self, answers: dict[str, str]) -> tuple[Shown, dict[str, str]]:
        """Import the answers and plan every rack; give what was said, and the files by name."""
        for name in ("in", "captures", "plans"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        for name, text in answers.items():
            path = self.folder / "in" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        read = type_("discover", "--from", "in", "--name", "c")
        shown(read)
        assert read.code in (0, 2, 3), read.stderr
        done = type_("plan", "--all", "--capture", "captures/c")
        shown(done)
        plans = self.folder / "plans"
        return done, {
            str(p.relative_to(plans)): p.read_text() for p in sorted(plans.rglob("*")) if p.is_file()
        }


def shown(what: Shown) -> None:
    """Judge what a terminal was sent."""
    for line in (what.stdout + what.stderr).split("\n"):
        assert line.isprintable(), repr(line)


@pytest.fixture(params=["eos", "nxos"])
def bench(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Write the harmless network once, with an intent that gives one host FRR."""
    described = small(request.param)
    write(described, tmp_path / "clean")
    (tmp_path / "vlan2l3.toml").write_text(intent(described) + FRR)
    monkeypatch.chdir(tmp_path)
    return Bench(tmp_path, hostile.answers(tmp_path / "clean"))


def test_words_change_nothing_that_a_machine_reads(bench: Bench) -> None:
    """Byte for byte in scripts and of daemons; elsewhere beside descriptions and comments."""
    done, honest = bench.planned(bench.clean)
    assert done.code == 0, done.stderr
    assert len(honest) > 60
    accepted(bench.folder / "plans")
    essences = {name: essence(name, text) for name, text in honest.items()}
    for number in range(EACH):
        done, files = bench.planned(hostile.poison(bench.clean, number, anywhere=0))
        assert (done.code, sorted(files)) == (0, sorted(honest)), f"{number}: {done.stderr}"
        for name, text in files.items():
            assert essence(name, text) == essences[name], f"{number}: {name}"
        if number % 25 == 0:
            accepted(bench.folder / "plans")


def test_no_value_reaches_what_a_machine_reads(bench: Bench) -> None:
    """A plan from a capture with hostile values holds none of them as a statement; often there is no plan."""
    ended: Counter[int] = Counter()
    for number in range(EACH):
        answers = hostile.poison(bench.clean, number, anywhere=1 + number % 4)
        done, files = bench.planned(answers)
        own = {line for name, text in answers.items() if INTERFACES in name for line in text.split("\n")}
        assert done.code in (0, 2, 4), f"{number}: {done.stderr}"
        ended[done.code] += 1
        for name, text in files.items():
            assert PATH.fullmatch(name), f"{number}: {name!r}"
            found = [line for line in statements(name, text).split("\n") if hostile.CANARY in line]
            if name.endswith("/interfaces"):  # what isn't of the move stays as the host's own file has it
                found = [line for line in found if line not in own]
            assert not found, f"{number}: {name}: {found}"
        if number % 25 == 0:
            accepted(bench.folder / "plans")
    assert ended[0] > EACH // 4, ended
    assert ended[0] < EACH, ended


def essence(name: str, text: str) -> object:
    """Give what of a file must not change with what devices say."""
    if name.endswith(".md"):
        shape = [
            pair for pair in markdown_reader.structure(text) if pair[0] not in ("code_inline", "softbreak")
        ]
        return shape, sorted(set(markdown_reader.links(text)))
    if name.endswith(".json"):
        return skeleton(json.loads(text))
    if name.endswith(FOR_SWITCHES):
        return re.sub(r"(?m)^ +description .*\n", "", text)
    return re.sub(r"(?m)^#.*\n", "", text) if name.endswith("/interfaces") else text


def skeleton(value: Any) -> object:
    """Give the keys and the types of a document."""
    if isinstance(value, dict):
        return {key: skeleton(inner) for key, inner in value.items()}
    return [skeleton(inner) for inner in value] if isinstance(value, list) else type(value).__name__


def statements(name: str, text: str) -> str:
    """Give what a program, a switch or a renderer acts on, without comments, descriptions and plain text."""
    if name.endswith(".md"):
        assert all(columns == header for header, columns, _ in markdown_reader.rows(text)), name
        kinds = ("html_block", "html_inline", "image", "link_open")
        active = [token for token in markdown_reader.tokens(text) if token.type in kinds]
        return " ".join(f"{token.content} {token.attrs}" for token in active)
    if name.endswith(".json"):
        return " ".join(keys(json.loads(text)))
    if name.endswith(FOR_SWITCHES):
        return re.sub(r"(?m)^(?: +description |!).*\n", "", text)
    if name.endswith("/interfaces"):
        return re.sub(r"(?m)^#.*\n", "", text)
    return text


def keys(value: Any) -> Iterator[str]:
    """List the keys of a document, at any depth."""
    if isinstance(value, dict):
        yield from value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from keys(inner)


def accepted(plans: Path) -> None:
    """Let the real programs read the files of a plan."""
    for path in sorted(path for path in plans.rglob("*") if path.is_file()):
        for part, command in READERS.items():
            if part in str(path.relative_to(plans)):
                done = subprocess.run([*command, path], capture_output=True, text=True, check=False)
                assert done.returncode == 0, f"{path}: {done.stdout}{done.stderr}"
