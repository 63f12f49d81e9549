"""The kernel: virtual time, and tasks of which one runs at a time, in an order that a seed fixes.

Every "thread" of every simulated process is a greenlet. It gives way only where the real one would
wait: at a lock, a condition, a future, a socket. What runs next among those that could is drawn
from the kernel's own randomness, so that one seed is one interleaving, and can be had again.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import count
from random import Random
from types import TracebackType
from typing import Any

from greenlet import GreenletExit, getcurrent, greenlet

from console.workers import Worker

MOST_SWITCHES = 200_000
"""More than a run of any seed needs: beyond it, something spins."""


class KilledError(BaseException):
    """This process has been killed: what is on the stack runs to nowhere."""


class SpinningError(Exception):
    """The run came to no end: tasks wake each other without time passing."""


@dataclass(slots=True)
class Process:
    """A process of the operating system: its tasks die together.

    ``steps_to_live`` counts down at every step that the process takes; at zero it is killed.
    """

    name: str
    alive: bool = True
    on_kill: Callable[[], None] | None = None
    steps_to_live: int | None = None
    tasks: list[Task] = field(default_factory=list)


class Task:
    """One thread: a `Worker`. ``work`` runs until it returns, raises, or its process is killed."""

    def __init__(self, kernel: Kernel, process: Process, work: Callable[[], None], name: str):
        self.kernel = kernel
        self.process = process
        self.name = f"{process.name}.{name}"
        self.wakes = 0
        self.waiting = False
        self.ended = False
        self.started = False
        self._work = work
        self._greenlet = greenlet(self._run, parent=kernel.hub)
        self._joining: list[Task] = []

    def start(self) -> None:
        """Begin."""
        self.started = True
        self.process.tasks.append(self)
        self.kernel.make_ready(self)

    def join(self) -> None:
        """Wait for its end."""
        while not self.ended:
            self._joining.append(self.kernel.running())
            self.kernel.wait(None)

    def is_alive(self) -> bool:
        """Whether it has begun and not ended."""
        return self.started and not self.ended

    def switch(self) -> None:
        """Have it run until it waits again."""
        self._greenlet.switch()

    def _run(self) -> None:
        try:
            if self.process.alive:
                self._work()
        except (KilledError, GreenletExit):
            # The end of a killed process is not an event of its own.
            self.process.alive = False
        except Exception as error:  # noqa: BLE001 - a thread that dies of this is a finding
            self.kernel.crashes.append((self.name, error))
        finally:
            self.ended = True
            self.process.tasks.remove(self)
            for one in self._joining:
                self.kernel.wake(one)


class Kernel:
    """Time in seconds since the beginning, and whose turn it is."""

    def __init__(self, rng: Random) -> None:
        self.now = 0.0
        self.hub = getcurrent()
        self.crashes: list[tuple[str, Exception]] = []
        self._rng = rng
        self._order = count()
        self._ready: list[Task] = []
        self._timers: list[tuple[float, int, Task, int]] = []
        self._running: Task | None = None
        self._switches = 0

    # ------------------------------------------------------------------ for tasks

    def running(self) -> Task:
        """The task whose turn it is."""
        assert self._running is not None, "only a task can wait"
        return self._running

    def is_running(self) -> Task | None:
        """The task whose turn it is, None where the world itself acts."""
        return self._running

    def wait(self, seconds: float | None) -> bool:
        """Give way until woken (True) or until so many seconds have passed."""
        task = self.running()
        self.step()
        if seconds is not None:
            due = self.now + max(0.0, seconds)
            heapq.heappush(self._timers, (due, next(self._order), task, task.wakes))
        task.waiting = True
        before = task.wakes
        self.hub.switch()
        if not task.process.alive:
            raise KilledError
        return task.wakes != before

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        until = self.now + seconds
        while self.now < until:
            self.wait(until - self.now)

    def step(self) -> None:
        """One step of the running process; it may be its last."""
        task = self._running
        if task is None:
            return
        process = task.process
        if process.steps_to_live is not None:
            process.steps_to_live -= 1
            if process.steps_to_live <= 0:
                self.kill(process)
        if not process.alive:
            raise KilledError

    # ------------------------------------------------------------------ for the world

    def spawn(self, process: Process, name: str, work: Callable[[], None]) -> Task:
        """Begin a task."""
        task = Task(self, process, work, name)
        task.start()
        return task

    def wake(self, task: Task) -> None:
        """Have a waiting task go on; nothing happens if it does not wait."""
        if task.waiting:
            task.wakes += 1
            self.make_ready(task)

    def make_ready(self, task: Task) -> None:
        """It could run now."""
        task.waiting = False
        self._ready.append(task)

    def kill(self, process: Process) -> None:
        """SIGKILL: no task of the process takes another step; their stacks come to nothing."""
        if not process.alive:
            return
        process.alive = False
        process.steps_to_live = None
        if process.on_kill is not None:
            process.on_kill()
        for task in process.tasks:
            if task.waiting:
                self.make_ready(task)

    def run(self, until: float) -> None:
        """Let everything happen until an instant."""
        while True:
            while self._ready:
                self._turn()
            if not self._timers or self._timers[0][0] > until:
                break
            due, _, task, wakes = heapq.heappop(self._timers)
            self.now = max(self.now, due)
            if task.waiting and task.wakes == wakes:
                self.make_ready(task)
        self.now = max(self.now, until)

    def _turn(self) -> None:
        self._switches += 1
        if self._switches > MOST_SWITCHES:
            raise SpinningError(f"more than {MOST_SWITCHES} turns; ready: {self._ready[0].name}")
        ready = self._ready
        task = ready.pop(self._rng.randrange(len(ready)) if len(ready) > 1 else 0)
        if task.ended:
            return
        self._running = task
        try:
            task.switch()
        finally:
            self._running = None


class SimSignal:
    """`console.workers.Signal` among tasks."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._owner: Task | None = None
        self._depth = 0
        self._entering: list[Task] = []
        self._waiting: list[Task] = []

    def __enter__(self) -> bool:
        me = self._kernel.is_running()
        while self._depth and self._owner is not me:
            self._entering.append(self._kernel.running())
            self._kernel.wait(None)
        self._owner, self._depth = me, self._depth + 1
        return True

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
        /,
    ) -> None:
        self._depth -= 1
        if not self._depth:
            self._owner = None
            entering, self._entering = self._entering, []
            for task in entering:
                self._kernel.wake(task)

    def notify(self) -> None:
        """Wake one who waits."""
        if self._waiting:
            self._kernel.wake(self._waiting.pop(0))

    def wait_for(self, predicate: Callable[[], Any], timeout: float | None = None) -> Any:
        """Wait, the lock given back meanwhile, until ``predicate`` holds; its last value."""
        kernel = self._kernel
        end = None if timeout is None else kernel.now + timeout
        while not (found := predicate()):
            left = None if end is None else end - kernel.now
            if left is not None and left <= 0:
                break
            self._give_way(left)
        return found

    def _give_way(self, left: float | None) -> None:
        kernel, me = self._kernel, self._kernel.running()
        depth, self._depth, self._owner = self._depth, 0, None
        self._waiting.append(me)
        try:
            kernel.wait(left)
        finally:
            if me in self._waiting:
                self._waiting.remove(me)
            if me.process.alive:
                while self._depth:
                    self._entering.append(me)
                    kernel.wait(None)
            self._owner, self._depth = me, depth


class SimFuture(Future[Any]):
    """A future that a task can wait for."""

    def __init__(self, kernel: Kernel) -> None:
        super().__init__()
        self._kernel = kernel

    def result(self, timeout: float | None = None) -> Any:
        """What was done, or raises; the task waits for it."""
        if not self.done():
            me = self._kernel.running()
            self.add_done_callback(lambda _: self._kernel.wake(me))
            while not self.done():
                self._kernel.wait(timeout)
        self._kernel.step()
        return super().result(0)


@dataclass(frozen=True, slots=True)
class SimWorkers:
    """`console.workers.Workers` of one process."""

    kernel: Kernel
    process: Process

    def worker(self, work: Callable[[], None], *, name: str) -> Worker:
        """A thread that will do ``work`` once it is started."""
        return Task(self.kernel, self.process, work, name)

    def signal(self) -> SimSignal:
        """A lock with something to wait for."""
        return SimSignal(self.kernel)

    def future(self) -> Future[Any]:
        """What a worker will have done."""
        return SimFuture(self.kernel)
