"""Executors that die, devices that list without end, interrupts at a bad moment: each ends as a status."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest
from distributed import LocalCluster

from tests.live import http
from tests.live.device import Device
from vlan2l3 import platforms
from vlan2l3.collect import device, fanout, sessions
from vlan2l3.collect.allow import AllowList, NotAllowedError, Question, allow_list
from vlan2l3.collect.credentials import Credentials
from vlan2l3.collect.device import Heard, collect
from vlan2l3.collect.settings import Discover
from vlan2l3.collect.targets import Target

SECRET = "s3cret-of-the-test"
ENABLE = "s3cret-of-enable"
FAST = Discover(workers=2, sessions_per_second=1000.0, connect_timeout=5.0, retries=0)


def targets(number: int) -> list[Target]:
    """Make targets of no platform: a worker is done with each at once."""
    return [Target(name=f"n{i}", platform="", said="", address="192.0.2.1") for i in range(number)]


@pytest.fixture(autouse=True)
def nothing_stays_ended() -> Iterator[None]:
    """Let sessions be opened again, which an interrupt forbids to the whole process."""
    yield
    sessions.begin()


class Dying(Executor):
    """Do the first calls, and then what a pool that broke does."""

    def __init__(self, after: int, dies: Callable[[], Future[Any]]) -> None:
        self._left = after
        self._dies = dies

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do it now, or die."""
        self._left -= 1
        if self._left < 0:
            return self._dies()
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def cancelled() -> Future[Any]:
    """Give what Dask gives when its scheduler is gone."""
    future: Future[Any] = Future()
    future.cancel()
    future.set_running_or_notify_cancel()
    return future


def raising(error: Exception) -> Callable[[], Future[Any]]:
    """Make a submission fail."""

    def submit() -> Future[Any]:
        raise error

    return submit


@pytest.mark.parametrize(
    ("dies", "said"),
    [
        (cancelled, "the executor gave it up"),
        (raising(BrokenProcessPool("x")), "the executor takes no more work: BrokenProcessPool"),
        (raising(RuntimeError("after shutdown")), "the executor takes no more work: RuntimeError"),
        (raising(OSError("closed")), "the executor takes no more work: OSError"),
    ],
)
def test_an_executor_that_dies_leaves_what_was_done(dies: Callable[[], Future[Any]], said: str) -> None:
    """Every device gets a status; those that were done keep their own."""
    found = {heard.target.name: heard for heard in fanout.run(targets(5), FAST, Dying(2, dies))}
    assert set(found) == {"n0", "n1", "n2", "n3", "n4"}
    assert [found[name].trouble for name in ("n0", "n1")] == ["no platform is named"] * 2
    assert all(found[name].trouble.startswith(said) for name in ("n2", "n3", "n4"))


def test_a_fault_of_this_program_is_not_a_status(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not on the list and was to be sent must be seen."""

    def wrong(*_: Any) -> Heard:
        raise NotAllowedError("x")

    monkeypatch.setattr(fanout, "collect", wrong)
    with ThreadPoolExecutor() as threads, pytest.raises(NotAllowedError):
        list(fanout.run(targets(1), FAST, threads))


def test_a_cluster_whose_scheduler_goes_away_is_a_status() -> None:
    """A real one: neither a traceback nor a wait without end."""
    with LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, protocol="tcp", dashboard_address=None
    ) as cluster:
        where = cluster.scheduler_address.replace("tcp://", "dask://")
        with fanout.executor(where, FAST) as executor:
            answers = fanout.run(targets(12), FAST, executor)
            first = next(answers)
            cluster.close()
            rest = list(answers)
    assert first.trouble == "no platform is named"
    assert len(rest) == 11
    assert [heard for heard in rest if "the executor" in heard.trouble]


# --- one device -------------------------------------------------------------------------------------


class Lister:
    """Be a machine whose every folder holds files without end."""

    def __init__(self, allowed: AllowList) -> None:
        self.allowed = allowed
        self.asked: list[str] = []
        self.closed = False

    def ask(self, question: Question) -> str:
        """List ten thousand names."""
        self.allowed.permit(question.line)
        self.asked.append(question.line)
        return "".join(f"name-{i}\n" for i in range(10_000))

    def close(self) -> None:
        """Note it."""
        self.closed = True


@pytest.fixture
def lister(monkeypatch: pytest.MonkeyPatch) -> Lister:
    """Put it in the place of every session."""
    played = Lister(allow_list(platforms.load("linux"), "shell"))
    monkeypatch.setattr(device, "opener", lambda _way: lambda *_: played)
    monkeypatch.setattr(device.credentials, "find", lambda _target: Credentials(username="x", password="x"))
    return played


LINUX = Target(name="web", platform="linux", said="linux", address="192.0.2.1")


def test_a_machine_that_lists_without_end_is_asked_about_some(lister: Lister) -> None:
    """The others are counted, and the ledger shows them as not asked."""
    heard = collect(LINUX, FAST)
    about = [line for line in lister.asked if line.startswith("cat /proc/net/bonding/")]
    assert len(about) == device.ITEMS
    (left,) = [said for said in heard.answers if said.command == "cat /proc/net/bonding/*"]
    assert not left.asked
    assert left.trouble.startswith(f"not asked about {10_000 - device.ITEMS} name(s)")


def test_a_session_that_opens_during_an_interrupt_is_closed(
    lister: Lister, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever ended the open ones did not know of it yet."""
    register = sessions.register

    def late(session: Any) -> None:
        sessions.end_all()
        register(session)

    monkeypatch.setattr(sessions, "register", late)
    heard = collect(LINUX, FAST)
    assert (heard.trouble, lister.asked, lister.closed) == ("interrupted", [], True)


@pytest.mark.checkout
def test_a_wrong_enable_password_ends_a_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One attempt, and nothing is sent behind it."""
    monkeypatch.setenv("VLAN2L3_PASSWORD", SECRET)
    monkeypatch.setenv("VLAN2L3_ENABLE_PASSWORD", ENABLE)
    played = Device(platform="arista_eos", hostname="sw1", user="reader", password=SECRET, enable="another")
    with http.Rig(tmp_path) as rig:
        port = rig.add(played).port
        target = Target(
            name="sw1",
            platform="eos",
            said="eos",
            address="127.0.0.1",
            port=port,
            transport="eapi",
            username="reader",
        )
        heard = collect(target, Discover(ca_file=str(rig.ca_file), retries=5))
        assert [line.text for line in rig.journal.lines("sw1")].count("enable") == 1
        assert len(rig.journal.attempts()) == 1
    assert heard.trouble.endswith(
        "refused `enable` with the password of VLAN2L3_ENABLE_PASSWORD; not tried again"
    )
    assert heard.answers == ()
    assert ENABLE not in repr(heard)


def test_an_interrupt_between_two_devices_ends_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever takes the answers may break off; what is still asked is ended, not waited for."""
    begun, ended = threading.Event(), threading.Event()

    def slow(target: Target, _settings: Discover) -> Heard:
        if target.name == "n0":
            begun.wait(5)
        else:
            begun.set()
            while not sessions.ended():
                time.sleep(0.01)
            ended.set()
        return Heard(target=target, taken="")

    monkeypatch.setattr(fanout, "collect", slow)
    with ThreadPoolExecutor() as threads:
        answers = fanout.run(targets(2), FAST, threads)
        assert next(answers).target.name == "n0"
        answers.close()
        assert ended.wait(5)
