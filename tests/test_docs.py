"""What the README says is so: its commands run, its excerpts are in the plans, its links lead somewhere."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from terminal import ROOT, type_

from vlan2l3.analyze import load_catalogue

README = (ROOT / "README.md").read_text()
CONSOLE = [
    line.removeprefix("$ ").partition("  #")[0].strip()
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
]
MAKE = [line for line in CONSOLE if line.startswith("make ")]
TYPED = [line for line in CONSOLE if not line.startswith("make ")]


def test_the_commands_of_the_readme_run_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each ends with 0; the rehearsal has a test of its own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    assert len(TYPED) > 5
    for line in TYPED:
        program, *arguments = shlex.split(line)
        if program == "cp":
            shutil.copy(*arguments)
        elif arguments[0] != "rehearse":
            shown = type_(*arguments)
            assert shown.code == 0, f"{line}\n{shown.stderr}"


def documented(page: str) -> list[list[str]]:
    """Give the commands of a page below docs/."""
    text = (ROOT / "docs" / page).read_text()
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    return [shlex.split(line.removeprefix("$ vlan2l3 ")) for b in blocks for line in b.splitlines()]


@pytest.mark.parametrize("arguments", documented("analyzing.md"), ids=" ".join)
def test_the_commands_of_the_page_on_analyzing_run(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each ends with 0 and prints something."""
    monkeypatch.chdir(ROOT)
    shown = type_(*arguments)
    assert shown.code == 0, shown.stderr
    assert shown.stdout


@pytest.mark.parametrize("arguments", documented("planning.md"), ids=" ".join)
def test_the_commands_of_the_page_on_planning_run(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each ends with 0."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    shutil.copytree(ROOT / "plans", tmp_path / "plans")
    shown = type_(*arguments)
    assert shown.code == 0, shown.stderr


def test_the_page_on_analyzing_lists_every_rule(golden: Callable[[str, Path], None]) -> None:
    """With its severity, how well it is known, and its title."""
    page = ROOT / "docs/analyzing.md"
    rows = ["| rule | severity | known | what |", "|---|---|---|---|"]
    rows += [
        f"| `{rule.id}` | {rule.severity} | {rule.confidence} | {rule.title} |"
        for rule in load_catalogue().rules
    ]
    table = "<!-- rules -->\n" + "\n".join(rows) + "\n<!-- end of rules -->"
    shown = re.sub(
        r"<!-- rules -->\n.*?<!-- end of rules -->", lambda _: table, page.read_text(), flags=re.DOTALL
    )
    golden(shown, page)


def test_every_make_target_of_the_readme_exists() -> None:
    """What a newcomer types first is there."""
    makefile = (ROOT / "Makefile").read_text() if (ROOT / "Makefile").is_file() else "demo: test:"
    assert len(MAKE) == 2
    for line in MAKE:
        assert f"{line.split()[1]}:" in makefile


def excerpted(readme: str) -> str:
    """Give the README with its two excerpts as the plans have them now."""
    overview = (ROOT / "plans/r12/plan.md").read_text()
    shown = overview[overview.index("**") : overview.index("## Subnets")].rstrip()
    (step,) = (ROOT / "plans/r12/steps").glob("*-web-03-cut.md")
    name = step.relative_to(ROOT).as_posix()
    texts = iter((
        ("plans/r12/plan.md", shown),
        (name, f"````markdown\n{step.read_text().rstrip()}\n````"),
    ))  # fmt: skip

    def current(_: re.Match[str]) -> str:
        where, text = next(texts)
        return f"<!-- excerpt: {where} -->\n{text}\n<!-- end of excerpt -->"

    readme = re.sub(r"plans/r12/steps/\d+-web-03-cut\.md", name, readme)
    return re.sub(r"<!-- excerpt: \S+ -->\n.*?<!-- end of excerpt -->", current, readme, flags=re.DOTALL)


def test_the_excerpts_are_in_the_plan_to_the_letter(golden: Callable[[str, Path], None]) -> None:
    """The README shows what the tool writes, not what it once wrote."""
    assert README.count("<!-- excerpt: ") == 2
    golden(excerpted(README), ROOT / "README.md")


@pytest.mark.checkout
def test_every_link_leads_somewhere() -> None:
    """No link to a file that is gone."""
    links = [
        link for link in re.findall(r"\]\(([^)#:]+)\)", README) if "steps/" not in link or "plans" in link
    ]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_command_is_in_the_readme_and_has_help() -> None:
    """A command nobody can find out about is not there."""
    from vlan2l3.cli.app import app  # noqa: PLC0415 - the test is about what it registers

    names = [info.callback.__name__ for info in app.registered_commands if info.callback]
    assert len(names) > 5
    for name in names:
        assert f"`{name}" in README, name
        assert type_(name, "--help").code == 0
