"""Give every test the golden comparison and the places where data lies."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
REAL_OUTPUTS = ROOT.parent / "shared" / "real-outputs"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the one switch that rewrites expected files."""
    parser.addoption("--update-golden", action="store_true", help="write the expected files anew")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, Path], None]:
    """Compare a text with an expected file, byte for byte; a missing file is a failure."""

    def compare(actual: str, path: Path) -> None:
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(actual)
        expected = path.read_text() if path.is_file() else ""
        if actual != expected or not path.is_file():
            diff = difflib.unified_diff(
                expected.splitlines(), actual.splitlines(), str(path), "actual", lineterm="", n=2
            )
            pytest.fail("\n".join(diff) or f"{path} does not exist", pytrace=False)

    return compare


@pytest.fixture(scope="session")
def real_outputs() -> Path:
    """Give the folder of real device outputs, or leave the test out where it is absent."""
    if not REAL_OUTPUTS.is_dir():
        pytest.skip("real device outputs are not on this machine: ../shared/real-outputs")
    return REAL_OUTPUTS
