"""The whole way on the demo network: the same bytes always, and the committed plans are these."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from terminal import DEMO, INTENT, ROOT, type_

from vlan2l3.render.freshness import differences
from vlan2l3.render.write import read

RACKS = ("r11", "r12", "r13")


def plan(rack: str, *more: str) -> tuple[str, ...]:
    """Give the arguments that plan a rack of the demo network."""
    return ("plan", "--rack", rack, "--capture", str(DEMO), "--intent", str(INTENT), *more)


@pytest.mark.parametrize("rack", RACKS)
def test_the_committed_plan_is_the_one_of_the_demo_network(rack: str, tmp_path: Path) -> None:
    """Golden, by equality of every file; `make plans` writes it anew."""
    assert type_(*plan(rack, "--out", str(tmp_path))).code == 0
    for folder in (rack, "fabric"):  # the same whichever rack was planned
        made, committed = read(tmp_path / folder), read(ROOT / "plans" / folder)
        assert sorted(made) == sorted(committed)
        for name, text in made.items():
            assert text == committed[name], name


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    """Neither the hash seed nor the folder nor the clock reaches a plan."""
    for seed in ("1", "2"):
        code = "from vlan2l3.cli import main; main()"
        env = {**os.environ, "PYTHONHASHSEED": seed, "TZ": f"UTC+{seed}"}
        command = [sys.executable, "-c", code, *plan("r12", "--out", str(tmp_path / seed))]
        subprocess.run(command, env=env, check=True, capture_output=True)
    assert read(tmp_path / "1") == read(tmp_path / "2")


def test_a_capture_that_went_through_discover_gives_the_same_plan_but_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Importing redacts and rewrites, and changes nothing a plan rests on."""
    monkeypatch.chdir(tmp_path)
    assert type_("discover", "--from", str(DEMO), "--name", "demo").code == 0
    assert type_("plan", "--rack", "r12", "--intent", str(INTENT)).code == 0
    assert read(Path("plans/r12")) == read(ROOT / "plans" / "r12")


def test_the_demo_command_says_where_to_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One command, four stages, and a plan to read."""
    monkeypatch.chdir(tmp_path)
    shown = type_("demo")
    assert shown.code == 0, shown.stderr
    assert "read vlan2l3-demo/plans/r12/plan.md first" in shown.stdout
    assert Path("vlan2l3-demo/plans/r12/plan.md").is_file()
    for command in ("discover", "analyze", "plan"):
        assert f"# vlan2l3 {command}" in shown.stderr


def test_check_is_silent_about_a_true_plan(tmp_path: Path) -> None:
    """Exit 0 and one line on stderr."""
    for name in ("r12", "fabric"):
        shutil.copytree(ROOT / "plans" / name, tmp_path / name)
    shown = type_(*plan("r12", "--check", "--out", str(tmp_path)))
    assert (shown.code, shown.stdout) == (0, "")
    assert shown.stderr.count("still true") == 2


def test_check_misses_the_plan_of_what_racks_share(tmp_path: Path) -> None:
    """A rack's plan without it relies on nothing that anybody could read."""
    shutil.copytree(ROOT / "plans" / "r12", tmp_path / "r12")
    shown = type_(*plan("r12", "--check", "--out", str(tmp_path)))
    assert shown.code == 5
    assert f"{tmp_path / 'fabric'}: there is no plan on disk" in shown.stderr


def test_check_names_a_file_edited_by_hand(tmp_path: Path) -> None:
    """An edit of a generated file is found with its line."""
    shutil.copytree(ROOT / "plans" / "r12", tmp_path / "r12")
    path = tmp_path / "r12/hosts/web-03/undo.sh"
    path.write_text(path.read_text().replace("set -eu", "set -u"))
    shown = type_(*plan("r12", "--check", "--out", str(tmp_path)))
    assert shown.code == 5
    assert "file `hosts/web-03/undo.sh` was edited by hand: line 5" in shown.stderr


def test_check_explains_a_host_that_moved_to_another_port() -> None:
    """The difference is said in the words of the network, not as a diff."""
    old = read(ROOT / "plans" / "r12")
    new = {**old, "plan.json": old["plan.json"].replace('leaf-r12b Ethernet1"', 'leaf-r12b Ethernet12"')}
    assert "host `web-03` moved to port leaf-r12b Ethernet12" in differences(old, new)


@pytest.mark.parametrize("command", ["coverage", "analyze"])
def test_json_goes_to_stdout_alone(command: str) -> None:
    """What a program reads has no talk in it."""
    shown = type_(command, "--capture", str(DEMO), "--format", "json")
    assert shown.code == 0
    assert shown.stdout.startswith("{")
    assert shown.stderr == ""
