"""Ask many devices at once, within bounds, on any executor.

Comes in: targets, settings and a `concurrent.futures.Executor`. Goes out: each device's `Heard`, as it comes.
No more sessions are open than the settings allow, and no more are opened a second.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    CancelledError,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from contextlib import contextmanager
from typing import Any

from vlan2l3.collect import sessions
from vlan2l3.collect.allow import NotAllowedError
from vlan2l3.collect.device import Heard, collect
from vlan2l3.collect.settings import Discover
from vlan2l3.collect.targets import Target
from vlan2l3.errors import UsageError

_DASK = "dask://"
_LOOK = 1.0  # seconds


class Cluster(Executor):
    """Hand work to the workers of a Dask cluster, and know when there is none any more."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._executor = client.get_executor(pure=False)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Hand over one call."""
        given: Future[Any] = self._executor.submit(fn, *args, **kwargs)
        return given

    @property
    def gone(self) -> bool:
        """Tell whether the scheduler went away and did not come back; what is handed over then never ends."""
        return self._client.status in ("closing", "closed")


def run(targets: Iterable[Target], settings: Discover, executor: Executor) -> Generator[Heard]:
    """Ask all targets; yield each device's answers when it is done, in no order.

    On any exception, an interrupt included, what has not begun is dropped and open sessions are ended.
    """
    queue = deque(targets)
    pending: dict[Future[Heard], Target] = {}
    slot = time.monotonic()
    sessions.begin()
    try:
        while queue or pending:
            while queue and len(pending) < settings.workers and time.monotonic() >= slot:
                target = queue.popleft()
                try:
                    pending[executor.submit(collect, target, settings)] = target
                except Exception as error:  # noqa: BLE001  an executor is foreign code: Dask's is of no kind
                    yield _failed(target, f"the executor takes no more work: {type(error).__name__}")
                    continue
                slot = max(slot, time.monotonic()) + 1 / settings.sessions_per_second
            free = queue and len(pending) < settings.workers
            pause = max(0.0, slot - time.monotonic()) if free else None
            if not pending:
                time.sleep(pause or 0.0)
                continue
            look = _LOOK if pause is None else min(pause, _LOOK)
            done, _ = wait(pending, timeout=look, return_when=FIRST_COMPLETED)
            if not done and isinstance(executor, Cluster) and executor.gone:
                done = set(pending)  # nobody will ever end them
            for future in done:
                yield _result(future, pending.pop(future))
    except BaseException:
        for future in pending:
            future.cancel()
        sessions.end_all()
        raise


def _result(future: Future[Heard], target: Target) -> Heard:
    """Give what a worker brought; a worker that died is a device that failed."""
    try:
        error = future.exception(timeout=0)
    except (CancelledError, TimeoutError):
        return _failed(target, "the executor gave it up: its workers or its scheduler are gone")
    if error is None or isinstance(error, NotAllowedError):  # the latter is a fault of ours: it must be seen
        return future.result()
    return _failed(target, f"the worker failed: {type(error).__name__}")


def _failed(target: Target, trouble: str) -> Heard:
    return Heard(target=target, taken="", trouble=trouble)


@contextmanager
def executor(address: str, settings: Discover) -> Iterator[Executor]:
    """Give threads of this process, or for `dask://HOST:PORT` the workers of a Dask cluster.

    Raises:
        UsageError: when the address is not understood, nobody answers there, or Dask is not installed.
    """
    if not address:
        threads = ThreadPoolExecutor(max_workers=settings.workers, thread_name_prefix="device")
        try:
            yield threads
        finally:
            threads.shutdown(wait=True, cancel_futures=True)
        return
    if not address.startswith(_DASK) or not address.removeprefix(_DASK):
        raise UsageError(f"`{address}` is no executor", hint="`dask://HOST:PORT`, the scheduler of a cluster")
    try:
        from distributed import Client  # noqa: PLC0415  an optional extra
    except ImportError:
        hint = "install `vlan2l3[dask]`, here and on the workers"
        raise UsageError("Dask is not installed", hint=hint) from None
    where = address.removeprefix(_DASK)
    try:
        client = Client(f"tcp://{where}", timeout=settings.connect_timeout)
    except (OSError, TimeoutError) as error:
        raise UsageError(f"no Dask scheduler answers at {where}: {type(error).__name__}") from None
    try:
        yield Cluster(client)
    finally:
        client.close()
