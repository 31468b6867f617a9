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
