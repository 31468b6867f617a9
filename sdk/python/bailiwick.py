"""The Python client of Bailiwick: one file, Python 3.8 or newer, no dependencies.

    from bailiwick import Client, work

    client = Client("http://127.0.0.1:7300", key="bw_agent_…")
    client.tasks.create(title="Read it", assigned_to_agent_id=agent_id)

    def handle(task, context):
        context.progress(step="reading")
        return {"verdict": "clear"}

    work(client, handle)  # Claims tasks, keeps each lease with heartbeats, and completes with the returned value.

Every operation of the reference (`/docs` of the server) is a method with the names of its fields as arguments:
`client.messages.inbox(unread=True)`. Python's own words get an underscore at the end: `client.agents.import_(…)`.
"""
from __future__ import annotations

import http.client
import itertools
import json
import math
import os
import random
import re
import signal
import socket
import ssl
import threading
import time
import uuid
from collections import namedtuple
from concurrent import futures
from concurrent.futures import Future
from decimal import Decimal
from urllib.parse import quote, urlencode, urlsplit

# The attempts of a call without a Retry-After, and the longest time of a call with it.
ATTEMPTS_MAX = 5
RETRY_FOR_SECONDS = 120
# Longer than the longest long poll.
ANSWER_SECONDS = 60
# A file of 25 MiB on a slow line.
FILE_SECONDS = 300
PIECE_BYTES = 256 * 1024
# The routes whose bodies are files: `client.attachments.upload(task_id, name, body)` and `.download(id)`.
FILE_ROUTES = {
    "attachments.upload": "POST /tasks/{id}/attachments",
    "attachments.download": "GET /attachments/{id}",
}
BACKOFF_FIRST_SECONDS = 0.2
BACKOFF_MAX_SECONDS = 5
WORKER_BACKOFF_MAX_SECONDS = 30
HEARTBEATS_PER_LEASE = 3
# A claim that returned no task is not repeated sooner after its start.
EMPTY_CLAIM_SECONDS = 1
LAST_CLAIM_SECONDS = 2
RELEASE_SECONDS = 5
# A stop and a free place are noticed after this time.
TICK_SECONDS = 0.1
LATE_KEPT_MAX = 10
DOCUMENT_BYTES_MAX = 256 * 1024
REASON_LENGTH_MAX = 2_000
NUMBER_DIGITS_MAX = 40
# The refusals that another document can avoid.
DOCUMENT_UNFIT = ("invalid_input", "too_large")
# The refusals of a heartbeat that stop the handler. After other refusals the work continues.
STOPPED_BY = {
    "lease_lost": "lease_lost",
    "illegal_step": "lease_lost",
    "not_assignee": "lease_lost",
    "not_found": "lease_lost",
    "unauthenticated": "refused",
    "forbidden": "refused",
}


class BailiwickError(Exception):
    """A refused call. Programs depend on `code`; the message is for people. `unreachable` means that no answer came."""

    def __init__(self, problem):
        super().__init__(problem["detail"])
        self.problem = problem
        self.code = problem["code"]
        self.status = problem["status"]
        self.detail = problem["detail"]
        self.errors = problem.get("errors", [])
        self.next_step = problem.get("next_step")
        self.request_id = problem.get("request_id")
        self.retry_after_seconds = problem.get("retry_after_seconds")

    @property
    def is_transient(self):
        """True when the same call may succeed later."""
        return self.status in (0, 429) or self.status >= 500 or self.code == "in_flight"


class Escalation(Exception):
    """A handler raises it to pass the task to the supervisor of the agent, with this reason."""


class Question(Exception):
    """A handler raises it to ask people, or the agent that gave the task.

    The task is blocked until the answer. Then the agent gets the task again, with `question` and `answer`.
    options: suggested answers, at most 6 of at most 100 characters.
    """

    def __init__(self, question, options=()):
        super().__init__(question)
        self.options = list(options)


class TaskStopped(Exception):
    """
    Its `why` is `canceled` (by a person), `stopped` (a stop asks for the end of the work, and the worker releases the
    task), `lease_lost`, `stopping` or `refused` (the key is no longer valid).
    """

    def __init__(self, why, message):
        super().__init__(message)
        self.why = why


class Client:
    """Calls the operations of a server. Without arguments it reads BAILIWICK_URL, BAILIWICK_KEY and BAILIWICK_WORKSPACE."""

    def __init__(self, url=None, key=None, workspace=None):
        self._url = urlsplit(url or os.environ.get("BAILIWICK_URL") or "http://127.0.0.1:7300")
        self._key = key or os.environ.get("BAILIWICK_KEY")
        self._workspace = workspace or os.environ.get("BAILIWICK_WORKSPACE")

    def __getattr__(self, name):
        return _Name(self, "")._below(name)

    def call(self, operation, input, idempotency_key=None, retry_for=None, within=math.inf, call=None):
        """Runs one operation and repeats it when a repeat is safe. Every repeat has the same idempotency key.

        `retry_for`: the seconds in which the call is repeated while the server gives a Retry-After. By default, a call
        beyond a request limit waits as long as the server says, and any other call is repeated for 2 minutes.
        `within`: the seconds of the whole call. `call`: a `Call`, with which another thread can end the call.
        """
        method, path, body, headers = self._request(operation, input, idempotency_key)
        call = call or Call()
        send = lambda seconds: self._send(method, path, body, headers, min(seconds, ANSWER_SECONDS), call)
        return _repeated(send, call, retry_for, within)

    def _upload(self, task_id, name, body, content_type=None, idempotency_key=None):
        """Attaches a file of at most 25 MiB to a task. `body`: bytes, or a binary file that can be read again."""
        method, path, _, headers = self._request("attachments.upload", {"id": task_id, "name": name}, idempotency_key)
        size = len(body) if isinstance(body, (bytes, bytearray)) else body.seek(0, os.SEEK_END)
        headers = {**headers, "content-type": content_type or "application/octet-stream", "content-length": str(size)}
        call = Call()

        def send(seconds):
            if hasattr(body, "seek"):
                body.seek(0)
            return self._send(method, path, body, headers, min(seconds, FILE_SECONDS), call)

        return _repeated(send, call)

    def _download(self, id, to=None):
        """Returns the bytes of a file. With `to`, a binary file, writes them there and returns their number."""
        method, path, body, headers = self._request("attachments.download", {"id": id}, None)
        call = Call()

        def read(response):
            if to is None:
                return response.read()
            count = 0
            for piece in iter(lambda: response.read(PIECE_BYTES), b""):
                count += to.write(piece)
            return count

        send = lambda seconds: self._send(method, path, body, headers, FILE_SECONDS, call, read)
        # What is written already must not be written twice.
        return _repeated(send, call) if to is None else send(FILE_SECONDS)

    def _request(self, operation, input, idempotency_key):
        method, template = (FILE_ROUTES.get(operation) or ROUTES[operation]).split(" ")
        fields = dict(input)
        path = re.sub(r"\{(\w+)\}", lambda found: quote(str(fields.pop(found[1])), safe=""), template)
        headers = {"accept": "application/json"}
        if self._key:
            headers["authorization"] = f"Bearer {self._key}"
        if self._workspace:
            headers["bailiwick-workspace"] = self._workspace
        path = f"{self._url.path.rstrip('/')}/api{path}"
        if method in ("GET", "DELETE"):
            given = {name: _query_text(value) for name, value in fields.items() if value is not None}
            return method, f"{path}?{urlencode(given)}" if given else path, None, headers
        if operation in FILE_ROUTES:
            path, fields = f"{path}?{urlencode(fields)}", {}
        headers["content-type"] = "application/json"
        headers["idempotency-key"] = idempotency_key or uuid.uuid4().hex
        return method, path, to_json(fields).encode(), headers

    def _send(self, method, path, body, headers, seconds, call, read=None):
        is_tls = self._url.scheme == "https"
        secure = {"context": ssl.create_default_context()} if is_tls else {}
        kind = http.client.HTTPSConnection if is_tls else http.client.HTTPConnection
        connection = kind(self._url.hostname, self._url.port, timeout=max(0.001, seconds), **secure)
        try:
            connection.connect()
            call.watch(connection.sock)
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            status, retry_after = response.status, response.headers.get("retry-after")
            if read and 200 <= status < 300:
                return read(response)
            text = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise BailiwickError({"code": "unreachable", "status": 0, "detail": "The server did not answer."}) from error
        finally:
            call.watch(None)
            connection.close()
        value = _parsed(text)
        if 200 <= status < 300 and value is not None:
            return value
        raise BailiwickError(_problem_from(status, value, retry_after))


def _repeated(send, call, retry_for=None, within=math.inf):
    """Calls `send` with the seconds that are left, and repeats it while that is safe and may succeed."""
    start = time.monotonic()
    failures = 0
    for attempt in itertools.count():
        try:
            return send(within - (time.monotonic() - start))
        except BailiwickError as error:
            may_repeat = error.status in (0, 429, 502, 503, 504) or error.code == "in_flight"
            if not may_repeat or call.is_ended:
                raise
            seconds = _backoff(attempt, error.retry_after_seconds)
            passed = time.monotonic() - start + seconds
            is_paced = error.retry_after_seconds is not None
            failures += 0 if is_paced else 1
            # The next token of a request limit comes for certain.
            usual = math.inf if error.code == "rate_limited" else RETRY_FOR_SECONDS
            longest = usual if retry_for is None else retry_for
            if passed > within or (passed > longest if is_paced else failures >= ATTEMPTS_MAX):
                raise
            call.ended.wait(seconds)


class Call:
    """A running call that another thread can end."""

    def __init__(self):
        self.ended = threading.Event()
        self._lock = threading.Lock()
        self._socket = None

    @property
    def is_ended(self):
        return self.ended.is_set()

    def watch(self, connected):
        with self._lock:
            self._socket = connected
            self._close_if_ended()

    def end(self):
        with self._lock:
            self.ended.set()
            self._close_if_ended()

    def _close_if_ended(self):
        if self._socket is None or not self.is_ended:
            return
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # The connection is closed already.


class _Name:
    """`client.tasks.create`: a part of the name of an operation, or a whole name that can be called."""

    def __init__(self, client, name):
        self._client = client
        self._name = name

    def _below(self, part):
        name = f"{self._name}.{part.rstrip('_')}" if self._name else part
        if name in FILE_ROUTES:
            return getattr(self._client, f"_{part}")
        if not any(operation == name or operation.startswith(f"{name}.") for operation in ROUTES):
            raise AttributeError(f"There is no operation {name}.")
        return _Name(self._client, name)

    def __getattr__(self, part):
        return self._below(part)

    def __call__(self, idempotency_key=None, **input):
        return self._client.call(self._name, input, idempotency_key=idempotency_key)


def _backoff(attempt, retry_after_seconds=None, seconds_max=BACKOFF_MAX_SECONDS):
    """Returns a wait that is never shorter than the server's Retry-After, and random, so that callers spread out."""
    ceiling = min(seconds_max, BACKOFF_FIRST_SECONDS * 2 ** min(attempt, 20))
    return (retry_after_seconds or 0) + ceiling * (0.5 + random.random() / 2)


def _query_text(value):
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _parsed(text):
    try:
        return json.loads(text)
    except ValueError:
        return None


def _problem_from(status, body, retry_after):
    """Makes a problem from any answer, because a proxy may have sent the answer."""
    seconds = {"retry_after_seconds": int(retry_after)} if re.fullmatch(r"\d{1,9}", retry_after or "") else {}
    if isinstance(body, dict) and "code" in body and "detail" in body:
        return {**seconds, **body, "status": status}
    what = "The server, or a proxy before it, failed" if status >= 500 else "The answer is not from Bailiwick"
    return {**seconds, "code": "unavailable" if status >= 500 else "unexpected", "status": status,
            "detail": f"{what} ({status})."}


def to_json(value):
    """Prints JSON that the server can hold: U+FFFD replaces NUL and half of a surrogate pair. Raises for other values."""
    return json.dumps(_storable(value), ensure_ascii=False, separators=(",", ":"))


def _storable(value):
    if isinstance(value, str):
        return re.sub("[\0\ud800-\udfff]", "\ufffd", value)
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        digits = format(Decimal(repr(value)), "f").strip("-").replace(".", "")
        return value if len(digits) <= NUMBER_DIGITS_MAX else str(value)
    if isinstance(value, int) and abs(value) >= 10**NUMBER_DIGITS_MAX:
        return hex(value) if value.bit_length() > 10_000 else str(value)
    if isinstance(value, dict):
        fields = {}
        for name, field in value.items():
            fields[_free_name(name if isinstance(name, str) else json.dumps(name), fields)] = _storable(field)
        return fields
    return [_storable(one) for one in value] if isinstance(value, (list, tuple)) else value


def _free_name(name, taken):
    """Two names can become equal. The later one gets a longer name, so that no field is lost."""
    free = "\ufffd" + name if name == "__proto__" else _storable(name)
    while free in taken:
        free += "\ufffd"
    return free


def _too_large(text):
    """Returns the reason why the server cannot keep the document, if its size alone decides that."""
    size = len(text.encode())
    return f"The document has {size} bytes, and the limit is {DOCUMENT_BYTES_MAX}." if size > DOCUMENT_BYTES_MAX else None


def _note_of(text, why):
    """Returns what the server keeps in place of a document that it cannot keep."""
    return {"note": f"Only this note was kept. {why}", "bytes": len(text.encode()), "beginning": _cut(text, 2_000)}


def _cut(text, length_max):
    """Cuts a text to at most `length_max` UTF-16 units, never inside a pair of them."""
    return text.encode("utf-16-le", "surrogatepass")[: 2 * length_max].decode("utf-16-le", "ignore")


# The step that ends the work on a task. `instead` returns the step to send after a refusal, if any.
_Outcome = namedtuple("_Outcome", "name operation input instead")


def _completed(task, output, on_error):
    if output is None:
        return _completion(task, "complete", {})
    text = to_json(output)
    large = _too_large(text)
    if large:
        on_error(ValueError(f"The result is not kept. {large}"))
        return _completion(task, "complete-note", {"output": _note_of(text, large)})
    whole = _completion(task, "complete", {"output": output})

    def instead(refusal):
        if refusal.code not in DOCUMENT_UNFIT:
            return whole.instead(refusal)
        return _completion(task, "complete-note", {"output": _note_of(text, refusal.detail)})

    return whole._replace(instead=instead)


def _completion(task, name, fields):
    def instead(refusal):
        return _failed(task, f"The result was refused: {refusal.detail}", False)

    return _Outcome(name, "tasks.complete", {**_id_of(task), **fields}, instead)


def _failed(task, error, is_retryable):
    text = _cut(str(error).strip(), REASON_LENGTH_MAX)
    if isinstance(error, Escalation):
        reason = text or "The handler escalated without a reason."

        def fail_instead(refusal):
            return _failed(task, f"The task could not be escalated: {refusal.detail} {reason}", False)

        return _Outcome("escalate", "tasks.escalate", {**_id_of(task), "reason": reason}, fail_instead)

    if isinstance(error, Question):
        return _block(task, error, text or "The handler raised a question without a text.")

    def instead(refusal):
        if refusal.code not in DOCUMENT_UNFIT:
            return None
        plain = "The handler failed. The server refused the text of the failure."
        return _Outcome("fail-plain", "tasks.fail", {**input, "reason": plain}, lambda _refusal: None)

    reason = text or f"The handler failed without a message: {type(error).__name__}."
    input = {**_id_of(task), "reason": reason, "retryable": is_retryable}
    return _Outcome("fail", "tasks.fail", input, instead)


def _block(task, error, reason):
    def instead(refusal):
        return _failed(task, f"The question was refused: {refusal.detail} {reason}", False)

    input = {**_id_of(task), "reason": reason, **({"options": error.options} if error.options else {})}
    return _Outcome("block", "tasks.block", input, instead)


def _id_of(task):
    return {"id": task["id"], "fence": task["fence"]}


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


# Printed from the list of operations by `npm run generate`.
ROUTES = {
    "actions.approve": "POST /agent-actions/{id}/approve",
    "actions.cancel": "POST /agent-actions/{id}/cancel",
    "actions.create_rule": "POST /agent-actions/rules",
    "actions.decide": "POST /agent-actions/decide",
    "actions.delete_rule": "POST /agent-actions/rules/{id}/delete",
    "actions.end_bypass": "POST /agent-actions/bypass/{id}/end",
    "actions.get": "GET /agent-actions/{id}",
    "actions.get_bypasses": "GET /agent-actions/bypass",
    "actions.get_rules": "GET /agent-actions/rules",
    "actions.get_types": "GET /agent-actions/types",
    "actions.list": "GET /agent-actions",
    "actions.list_pending": "GET /agent-actions/pending",
    "actions.propose": "POST /agent-actions",
    "actions.reject": "POST /agent-actions/{id}/reject",
    "actions.resolve": "POST /agent-actions/{id}/resolve",
    "actions.retry": "POST /agent-actions/{id}/retry",
    "actions.start_bypass": "POST /agent-actions/bypass",
    "agents.archive": "POST /agents/{id}/archive",
    "agents.check": "POST /agents/{id}/test",
    "agents.clone": "POST /agents/{id}/clone",
    "agents.create": "POST /agents",
    "agents.export": "GET /agents/{id}/export",
    "agents.get": "GET /agents/{id}",
    "agents.import": "POST /agents/import",
    "agents.list": "GET /agents",
    "agents.list_external": "GET /external-agents",
    "agents.list_featured": "GET /external-agents/featured",
    "agents.list_revisions": "GET /agents/{id}/revisions",
    "agents.me": "GET /agents/me",
    "agents.pause": "POST /agents/{id}/pause",
    "agents.restore": "POST /agents/{id}/restore",
    "agents.resume": "POST /agents/{id}/resume",
    "agents.rotate_push_secret": "POST /agents/{id}/rotate-push-secret",
    "agents.update": "POST /agents/{id}",
    "agents.update_status": "POST /agents/{id}/update-status",
    "alerts.acknowledge_event": "POST /obs/alerts/events/{id}/acknowledge",
    "alerts.create_rule": "POST /obs/alerts/rules",
    "alerts.delete_rule": "POST /obs/alerts/rules/{id}/delete",
    "alerts.get_rule": "GET /obs/alerts/rules/{id}",
    "alerts.list_events": "GET /obs/alerts/events",
    "alerts.list_rules": "GET /obs/alerts/rules",
    "alerts.send_test": "POST /obs/alerts/rules/{id}/test",
    "alerts.update_rule": "POST /obs/alerts/rules/{id}",
    "attachments.create": "POST /attachments",
    "attachments.delete": "POST /attachments/{id}/delete",
    "attachments.get": "GET /attachments/{id}/details",
    "attachments.list": "GET /tasks/{id}/attachments",
    "audit.count": "GET /audit/count",
    "audit.export": "GET /audit/export",
    "audit.get_checkpoint": "GET /audit/checkpoint",
    "audit.get_consistency": "GET /audit/consistency",
    "audit.get_key": "GET /audit/key",
    "audit.get_proof": "GET /audit/{id}/proof",
    "audit.get_why": "GET /audit/{id}/why",
    "audit.list": "GET /audit",
    "auth.approve_device": "POST /auth/device/approve",
    "auth.deny_device": "POST /auth/device/deny",
    "auth.find_device": "POST /auth/device/find",
    "auth.list_sessions": "GET /auth/sessions",
    "auth.logout": "POST /auth/logout",
    "auth.me": "GET /auth/me",
    "auth.request_device_code": "POST /auth/device",
    "auth.request_magic_link": "POST /auth/request-magic-link",
    "auth.revoke_other_sessions": "POST /auth/sessions/revoke-others",
    "auth.revoke_session": "POST /auth/sessions/{id}/revoke",
    "auth.take_device_key": "POST /auth/device/token",
    "auth.update_me": "POST /auth/me",
    "auth.verify": "POST /auth/verify",
    "channels.create": "POST /obs/channels",
    "channels.delete": "POST /obs/channels/{id}/delete",
    "channels.list": "GET /obs/channels",
    "channels.send_test": "POST /obs/channels/{id}/test",
    "channels.update": "POST /obs/channels/{id}",
    "connections.accept_tools": "POST /connections/{id}/accept-tools",
    "connections.check": "POST /connections/{id}/test",
    "connections.create": "POST /connections",
    "connections.disconnect": "POST /connections/{id}/disconnect",
    "connections.get": "GET /connections/{id}",
    "connections.list": "GET /connections",
    "connections.list_tools": "GET /connections/{id}/tools",
    "connections.update": "POST /connections/{id}",
    "demo.get": "GET /demo",
    "demo.start": "POST /demo/start",
    "gate.ask_permission": "POST /gate/permission-prompt",
    "gate.create_rule": "POST /gate/rules",
    "gate.delete_rule": "POST /gate/rules/{id}/delete",
    "gate.get_rules": "GET /gate/rules",
    "governance.apply_grant": "POST /governance/delegate/apply",
    "governance.approve": "POST /governance/approve/{id}",
    "governance.deny": "POST /governance/deny/{id}",
    "governance.expire": "POST /governance/internal/expire",
    "governance.get_boundaries": "GET /governance/boundaries",
    "governance.get_request": "GET /governance/requests/{id}",
    "governance.list_audit": "GET /governance/audit",
    "governance.list_grants": "GET /governance/delegations",
    "governance.list_pending": "GET /governance/pending",
    "governance.list_requests": "GET /governance/requests",
    "governance.preview_rollback": "GET /governance/rollback/{audit_id}",
    "governance.revoke_grant": "POST /governance/delegations/{id}/revoke",
    "governance.rollback": "POST /governance/rollback/{audit_id}",
    "governance.set_required_approvals": "POST /governance/required-approvals",
    "governance.submit_request": "POST /governance/request",
    "invitations.accept": "POST /invitations/accept",
    "invitations.create": "POST /workspaces/{id}/invitations",
    "invitations.list": "GET /workspaces/{id}/invitations",
    "invitations.preview": "POST /invitations/preview",
    "invitations.revoke": "POST /workspaces/{id}/invitations/{invitation_id}/revoke",
    "keys.adopt": "POST /keys/{id}/adopt",
    "keys.create": "POST /keys",
    "keys.get": "GET /keys/{id}",
    "keys.list": "GET /keys",
    "keys.revoke": "POST /keys/{id}/revoke",
    "keys.rotate": "POST /keys/{id}/rotate",
    "members.leave": "POST /workspaces/{id}/leave",
    "members.list": "GET /workspaces/{id}/members",
    "members.remove": "POST /workspaces/{id}/members/{user_id}/remove",
    "members.update": "POST /workspaces/{id}/members/{user_id}",
    "messages.get": "GET /messages/{id}",
    "messages.inbox": "GET /messages/inbox",
    "messages.list": "GET /messages",
    "messages.mark_read": "POST /messages/read",
    "messages.send": "POST /messages",
    "obs.create_fee": "POST /obs/fees",
    "obs.create_price_override": "POST /obs/pricing/overrides",
    "obs.delete_fee": "POST /obs/fees/{id}/delete",
    "obs.delete_price_override": "POST /obs/pricing/overrides/{id}/delete",
    "obs.end_fee": "POST /obs/fees/{id}/end",
    "obs.finish_run": "POST /obs/runs/{id}/finish",
    "obs.get_agent_health": "GET /obs/health/agent/{id}",
    "obs.get_agent_metrics": "GET /obs/metrics/agent/{id}",
    "obs.get_event": "GET /obs/events/{id}",
    "obs.get_overview": "GET /obs/metrics/overview",
    "obs.get_retention": "GET /obs/retention",
    "obs.get_run": "GET /obs/runs/{id}",
    "obs.get_task_costs": "GET /obs/costs/tasks",
    "obs.heartbeat": "POST /obs/ingest/heartbeat",
    "obs.ingest": "POST /obs/ingest/events",
    "obs.list_agent_metrics": "GET /obs/metrics/agents",
    "obs.list_events": "GET /obs/events",
    "obs.list_fees": "GET /obs/fees",
    "obs.list_health": "GET /obs/health/overview",
    "obs.list_prices": "GET /obs/pricing",
    "obs.list_runs": "GET /obs/runs",
    "obs.reprice": "POST /obs/reprice",
    "obs.set_retention": "POST /obs/retention",
    "obs.start_run": "POST /obs/runs",
    "obs.summarize_cost_days": "GET /obs/costs/days",
    "obs.summarize_costs": "GET /obs/costs",
    "obs.summarize_outcomes": "GET /obs/outcomes",
    "permissions.list": "GET /permissions",
    "redactions.create": "POST /redactions",
    "redactions.list": "GET /redactions",
    "risk.backtest": "POST /risk/backtest",
    "risk.create_policy": "POST /risk/policies",
    "risk.delete_policy": "POST /risk/policies/{id}/delete",
    "risk.enforce": "POST /risk/enforce",
    "risk.get_headroom": "GET /risk/headroom",
    "risk.get_policy": "GET /risk/policies/{id}",
    "risk.list_audit": "GET /risk/audit",
    "risk.list_events": "GET /risk/events",
    "risk.list_policies": "GET /risk/policies",
    "risk.top_up_policy": "POST /risk/policies/{id}/top-up",
    "risk.undo": "POST /risk/events/{id}/undo",
    "risk.update_policy": "POST /risk/policies/{id}",
    "snoozes.create": "POST /snoozes",
    "snoozes.delete": "POST /snoozes/delete",
    "snoozes.list": "GET /snoozes",
    "social.connect": "POST /moltbook/connect",
    "social.get_accounts": "GET /moltbook/accounts",
    "social.get_karma_history": "GET /analytics/karma-history",
    "social.get_overview": "GET /analytics/overview",
    "social.get_posts": "GET /analytics/posts",
    "social.get_profile": "GET /moltbook/agents/{name}/profile",
    "social.get_status": "GET /moltbook/agents/{agent_id}/status",
    "social.list_feed": "GET /moltbook/feed",
    "social.list_submolt_feed": "GET /moltbook/submolts/{name}/feed",
    "social.register": "POST /moltbook/register",
    "social.remove_upvote": "POST /moltbook/posts/{id}/remove-upvote",
    "social.search": "GET /moltbook/search",
    "social.sync": "POST /analytics/sync",
    "social.upvote": "POST /moltbook/posts/{id}/upvote",
    "stops.create": "POST /stop",
    "stops.get": "GET /stops/{id}",
    "stops.lift": "POST /stops/{id}/lift",
    "stops.list": "GET /stops",
    "tasks.accept_late": "POST /tasks/{id}/accept-late",
    "tasks.add_event": "POST /tasks/{id}/events",
    "tasks.answer": "POST /tasks/{id}/answer",
    "tasks.assign": "POST /tasks/{id}/assign",
    "tasks.block": "POST /tasks/{id}/block",
    "tasks.cancel": "POST /tasks/{id}/cancel",
    "tasks.change_dependencies": "POST /tasks/{id}/dependencies",
    "tasks.claim": "POST /tasks/claim",
    "tasks.complete": "POST /tasks/{id}/complete",
    "tasks.count": "GET /tasks/count",
    "tasks.create": "POST /tasks",
    "tasks.escalate": "POST /tasks/{id}/escalate",
    "tasks.fail": "POST /tasks/{id}/fail",
    "tasks.get": "GET /tasks/{id}",
    "tasks.get_event": "GET /tasks/{id}/events/{event_id}",
    "tasks.heartbeat": "POST /tasks/{id}/heartbeat",
    "tasks.list": "GET /tasks",
    "tasks.list_events": "GET /tasks/{id}/events",
    "tasks.list_gaps": "GET /tasks/gaps",
    "tasks.release": "POST /tasks/{id}/release",
    "tasks.retry": "POST /tasks/{id}/retry",
    "tasks.start": "POST /tasks/{id}/start",
    "tasks.summarize_attempts": "GET /tasks/attempts",
    "tasks.summarize_failures": "GET /tasks/failures",
    "tasks.undo": "POST /tasks/{id}/undo",
    "team.delete_role": "POST /team/roles/{agent_id}/delete",
    "team.get_role": "GET /team/roles/{agent_id}",
    "team.get_rules": "GET /team/rules",
    "team.list_roles": "GET /team/roles",
    "team.set_role": "POST /team/roles",
    "team.set_rules": "POST /team/rules",
    "team.summarize": "GET /team/summary",
    "threads.list": "GET /threads",
    "tiers.get": "GET /obs/tier",
    "webhooks.create": "POST /webhooks",
    "webhooks.delete": "POST /webhooks/{id}/delete",
    "webhooks.get": "GET /webhooks/{id}",
    "webhooks.list": "GET /webhooks",
    "webhooks.list_deliveries": "GET /webhooks/{id}/deliveries",
    "webhooks.redeliver": "POST /webhooks/deliveries/{id}/redeliver",
    "webhooks.rotate": "POST /webhooks/{id}/rotate",
    "webhooks.send_test": "POST /webhooks/{id}/test",
    "webhooks.update": "POST /webhooks/{id}",
    "workspaces.create": "POST /workspaces",
    "workspaces.list": "GET /workspaces",
    "workspaces.transfer": "POST /workspaces/{id}/transfer",
    "workspaces.update": "POST /workspaces/{id}",
}
