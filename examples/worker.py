"""A worker in Python. It needs bailiwick.py from the server, and the key of an agent in BAILIWICK_KEY."""
import sys

from bailiwick import Client, work


def handle(task, context):
    given = task["input"] or {}
    context.progress(step="counting")
    # Raises when a person cancels the task or the lease is lost. The worker then drops the task.
    context.wait(given.get("seconds", 0))
    return {"words": len(given.get("text", "").split())}


# Runs until SIGTERM or Ctrl-C. Then the running task has 8 seconds, and goes back to the queue after that.
work(Client(), handle, on_error=lambda error: print(error, file=sys.stderr))
