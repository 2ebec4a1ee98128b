"""The order of the stages, and what each may load."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import vlan2l3

PACKAGE = Path(vlan2l3.__file__).parent
VOCABULARY = ("errors", "folders", "names", "platforms", "quote")
STAGES = ("collect", "capture", "parse", "network", "analyze", "design", "plan", "render", "rehearse", "cli")
ONLY_IN = {
    "nornir": ("collect",),
    "napalm": ("collect",),
    "netmiko": ("collect",),
    "paramiko": ("collect",),
    "requests": ("collect",),
    "ttp": ("parse",),
    "typer": ("cli",),
    "rich": ("cli",),
    "networkx": ("network", "analyze", "plan"),
    "jinja2": ("render",),
}
MODULES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py") if "_data" not in path.parts)


def imports(path: Path) -> Iterator[str]:
    """Give every module a file imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_every_module_has_its_place_in_the_order() -> None:
    """A new module or stage must be put where it belongs."""
    top = {path.parts[0].removesuffix(".py") for path in MODULES}
    assert top == {*VOCABULARY, *STAGES, "__init__", "__main__"}


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_stage_imports_only_stages_to_its_left(module: Path) -> None:
    """The pipeline has one direction, and each library one home."""
    place = module.parts[0].removesuffix(".py")
    allowed = set(VOCABULARY) | ({place} if place in STAGES else set())
    if place in STAGES:
        allowed |= set(STAGES[: STAGES.index(place)])
    if place == "__main__":
        allowed |= {"cli"}
    for name in imports(PACKAGE / module):
        head, _, rest = name.partition(".")
        if head == "vlan2l3" and rest:
            assert rest.partition(".")[0] in {*allowed, "__version__"}, f"{module} imports {name}"
        if head in ONLY_IN:
            assert place in ONLY_IN[head], f"{module} imports {name}"


def test_no_module_is_longer_than_a_reader_can_hold() -> None:
    """Four hundred lines is the limit for a module."""
    long = {str(path): n for path in MODULES if (n := len((PACKAGE / path).read_text().splitlines())) > 400}
    assert long == {}


def test_help_loads_no_device_library() -> None:
    """`--help` answers without loading what talks to devices or parses their words."""
    code = (
        "import sys\n"
        "from vlan2l3.cli import main\n"
        "try:\n"
        "    main(['--help'])\n"
        "except SystemExit:\n"
        "    pass\n"
        "heavy = {'napalm', 'netmiko', 'ttp', 'nornir', 'networkx', 'jinja2'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "discover" in done.stdout
