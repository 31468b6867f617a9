"""The third part of `bailiwick.py`: the loop of a worker, and the lease of a task."""
from documents import *  # The printed file leaves out what stands up to here.


def work(client, handler, **options):
    """Claims tasks and runs `handler(task, context)` for each, until `stop` is set. Raises when the key is refused.

    stop: a threading.Event. By default SIGTERM and SIGINT stop a worker of the main thread.
    grace_seconds: the time that running handlers have to finish after a stop. Then their tasks are released, which
        uses no attempt, and another worker may take them. Default 8.
    concurrency: the number of tasks that run at the same time, each in a thread. Default 1.
    wait_seconds, lease_seconds: the time that one claim waits for a task, and the time after which a task without a
        heartbeat is lost. Default 30 and 60.
    is_retryable: returns True when a task that failed with this error should be tried again. By default it is not.
    on_error: called for errors that do not end the loop, such as a server that cannot be reached.
    on_late_result: called with the task and the refusal when a result came too late to be applied.
    """
    with _StopSignals(options.pop("stop", None)) as stop:
        _Worker(client, handler, stop, **options).run()


class _StopSignals:
    """Sets the event on SIGTERM and SIGINT, if the program gave no event of its own."""

    def __init__(self, given):
        self._stop = given or threading.Event()
        is_main = threading.current_thread() is threading.main_thread()
        self._signals = (signal.SIGTERM, signal.SIGINT) if given is None and is_main else ()

    def __enter__(self):
        self._before = [(number, signal.signal(number, self._on_signal)) for number in self._signals]
        return self._stop

    def _on_signal(self, _number, _frame):
        # In a thread, because the interrupted code may hold the lock of the event.
        threading.Thread(target=self._stop.set, daemon=True).start()

    def __exit__(self, *_error):
        for number, before in self._before:
            signal.signal(number, before)


class TaskContext:
    """What a handler knows of its task: whether the result is still needed, and where to report progress."""

    def __init__(self, lease, env):
        self._lease = lease
        # Variables for a process that works on the task: subprocess.run(..., env={**os.environ, **context.env}). They have
        # no secret, and what the process exports by OpenTelemetry counts for the task.
        self.env = env

    @property
    def stopped(self):
        """Returns the `TaskStopped`, or None while the result is needed."""
        return self._lease.stopped

    def raise_if_stopped(self):
        if self._lease.stopped:
            raise self._lease.stopped

    def wait(self, seconds):
        """Waits, and raises the `TaskStopped` as soon as the result is no longer needed."""
        self._lease.is_stopped.wait(seconds)
        self.raise_if_stopped()

    def progress(self, progress=None, **fields):
        """Reports the progress of the work to people. Never raises for a refusal of the server."""
        self._lease.report({**(progress or {}), **fields})


class _Lease:
    """Keeps the lease of a running task with heartbeats from its own thread."""

    def __init__(self, worker, task):
        self._worker = worker
        self._task = task
        self._ended = threading.Event()
        self.is_stopped = threading.Event()
        self.stopped = None
        threading.Thread(target=self._keep, daemon=True).start()

    def end(self):
        self._ended.set()

    def stop(self, why, message):
        if not self.stopped:
            self.stopped = TaskStopped(why, message)
            self.is_stopped.set()

    def _keep(self):
        while not self._ended.wait(self._worker.beat_seconds):
            self._beat()

    def report(self, progress):
        try:
            text = to_json(progress)
        except (TypeError, ValueError) as error:
            return self._worker.on_error(error)
        large = _too_large(text)
        refusal = self._beat(progress=_note_of(text, large) if large else progress)
        if refusal and refusal.code in DOCUMENT_UNFIT and not large:
            self._beat(progress=_note_of(text, refusal.detail))

    def _beat(self, **fields):
        """Sends a heartbeat and returns the refusal, if any."""
        if self.stopped:
            return None
        seconds = self._worker.lease_seconds
        input = {"id": self._task["id"], "fence": self._task["fence"], "lease_seconds": seconds, **fields}
        try:
            state = self._worker.client.call("tasks.heartbeat", input, within=self._worker.beat_seconds)
        except BailiwickError as error:
            self._worker.on_error(error)
            # The server may be reachable again before the lease ends; otherwise the next heartbeat reports its loss.
            if error.code in STOPPED_BY:
                self.stop(STOPPED_BY[error.code], error.detail)
            return error
        if state["cancel_requested"]:
            if state["task"].get("status") == "running":
                self.stop("stopped", "The work was stopped.")
            else:
                self.stop("canceled", "The task was canceled.")
        return None


class _Job:
    """The work on one task, in its own thread."""

    def __init__(self, worker, task):
        self.worker = worker
        self.task = task
        self.lease = _Lease(worker, task)
        self.output = Future()
        self.last_call = Call()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def abandon(self):
        """Stops the handler, and queues the task again without the use of an attempt."""
        self.lease.stop("stopping", "The worker stops.")
        self.last_call.end()
        if self.lease.stopped.why != "canceled":
            self.worker.release(self.task)

    def _run(self):
        is_late = False
        try:
            outcome = self._outcome()
            is_needed = not (self.lease.stopped and self.lease.stopped.why in ("canceled", "stopping"))
            if outcome and is_needed and self.worker.outputs.get(self.task["id"]) is self.output:
                is_late = self._finish(outcome)
            elif not outcome and self.lease.stopped and self.lease.stopped.why == "stopped":
                self.worker.release(self.task)
        except Exception as error:
            self.worker.on_error(error)
        finally:
            self.lease.end()
            self.worker.end_of(self, is_late)

    def _outcome(self):
        try:
            return _completed(self.task, self._run_handler(), self.worker.on_error)
        except Exception as error:
            stopped = self.lease.stopped
            if not stopped or isinstance(error, (Escalation, Question)):
                return _failed(self.task, error, self.worker.is_retryable(error))
            # A handler that was stopped has no result. Its error must not fail the task, which is queued again.
            if error is not stopped and stopped.why != "canceled":
                self.worker.on_error(error)
            return None

    def _run_handler(self):
        """Returns the output that an earlier attempt in this process has or will have, otherwise that of the handler."""
        earlier = self.worker.outputs.get(self.task["id"])
        self.worker.outputs[self.task["id"]] = self.output
        try:
            if earlier and not earlier.exception():
                self.output.set_result(earlier.result())
            else:
                self.output.set_result(self.worker.handler(self.task, TaskContext(self.lease, self.task.get("env") or {})))
        except BaseException as error:
            self.output.set_exception(error)
        return self.output.result()

    def _finish(self, outcome):
        """Sends the last step, and repeats it while the server cannot be reached. Returns True for a late result."""
        key = f"{outcome.name}-{self.task['id']}-{self.task['fence']}"
        for failures in itertools.count():
            try:
                self.worker.client.call(outcome.operation, outcome.input, idempotency_key=key, call=self.last_call)
                return False
            except BailiwickError as error:
                if self.last_call.is_ended:
                    return False
                if error.code == "lease_lost":
                    self.worker.on_late_result(self.task, error)
                    return True
                self.worker.on_error(error)
                if not error.is_transient:
                    following = outcome.instead(error)
                    return self._finish(following) if following else False
                self.last_call.ended.wait(_backoff(failures, error.retry_after_seconds, WORKER_BACKOFF_MAX_SECONDS))


class _Worker:
    def __init__(self, client, handler, stop, grace_seconds=8, concurrency=1, wait_seconds=30, lease_seconds=60,
                 is_retryable=lambda _error: False, on_error=lambda _error: None, on_late_result=lambda *_late: None):
        self.client, self.handler, self._stop = client, handler, stop
        self._grace_seconds, self._concurrency = grace_seconds, concurrency
        self._wait_seconds, self.lease_seconds = wait_seconds, lease_seconds
        self.beat_seconds = lease_seconds / HEARTBEATS_PER_LEASE
        self.is_retryable, self.on_error, self.on_late_result = is_retryable, on_error, on_late_result
        # The outputs of running handlers and late outputs, by the id of the task.
        self.outputs = {}
        self._late = []
        self._jobs = []

    def run(self):
        failures = 0
        try:
            while not self._stop.is_set():
                self._jobs = [job for job in self._jobs if job.thread.is_alive()]
                free = self._concurrency - len(self._jobs)
                if free <= 0:
                    self._stop.wait(TICK_SECONDS)
                    continue
                start = time.monotonic()
                try:
                    items = self._claim(free)
                    failures = 0
                except BailiwickError as error:
                    if not error.is_transient:
                        raise
                    self.on_error(error)
                    self._stop.wait(_backoff(failures, error.retry_after_seconds, WORKER_BACKOFF_MAX_SECONDS))
                    failures += 1
                    continue
                for task in items:
                    self.release(task) if self._stop.is_set() else self._jobs.append(_Job(self, task))
                if not items:
                    self._stop.wait(max(0, start + EMPTY_CLAIM_SECONDS - time.monotonic()))
        finally:
            self._let_jobs_end()

    def _claim(self, limit):
        """Claims tasks, and after a stop also the tasks whose answer was on its way."""
        input = {"limit": limit, "wait_seconds": self._wait_seconds, "lease_seconds": self.lease_seconds}
        key, call, claimed = uuid.uuid4().hex, Call(), Future()

        def claim():
            try:
                claimed.set_result(self.client.call("tasks.claim", input, idempotency_key=key, call=call)["items"])
            except BaseException as error:
                claimed.set_exception(error)

        threading.Thread(target=claim, daemon=True).start()
        while not futures.wait([claimed], TICK_SECONDS).done:
            if self._stop.is_set():
                call.end()
        if not call.is_ended or not claimed.exception():
            return claimed.result()
        try:
            # The server repeats its answer for the same key.
            return self.client.call("tasks.claim", input, idempotency_key=key, within=LAST_CLAIM_SECONDS)["items"]
        except BailiwickError:
            return []

    def _let_jobs_end(self):
        end = math.inf
        while any(job.thread.is_alive() for job in self._jobs) and time.monotonic() < end:
            if self._stop.wait(TICK_SECONDS):
                end = min(end, time.monotonic() + self._grace_seconds)
                time.sleep(TICK_SECONDS)
        left = [job for job in self._jobs if job.thread.is_alive()]
        stops = [threading.Thread(target=job.abandon, daemon=True) for job in left]
        for thread in stops:
            thread.start()
        for thread in stops:
            thread.join()

    def release(self, task):
        try:
            input = {"id": task["id"], "fence": task["fence"], "reason": "The worker stops."}
            self.client.call("tasks.release", input, within=RELEASE_SECONDS)
        except BailiwickError as error:
            self.on_error(error)

    def end_of(self, job, is_late):
        id = job.task["id"]
        if not is_late:
            if self.outputs.get(id) is job.output:
                del self.outputs[id]
            return
        self._late.append(id)
        oldest = self._late.pop(0) if len(self._late) > LATE_KEPT_MAX else None
        if oldest and oldest not in self._late:
            self.outputs.pop(oldest, None)
