import { expect, test, vi } from "vitest";
import { BailiwickError } from "./error.ts";
import type { Task } from "./generated/client.ts";
import type { Handler, Tasks } from "./job.ts";
import { Escalation, Question } from "./outcome.ts";
import { type WorkOptions, work } from "./worker.ts";

const refusal = (code: string, status = 409) => new BailiwickError({ code, status, detail: `It is ${code}.` });

/** A server with these queued tasks; `steps` are the calls of the worker. */
function fakeServer(count = 1) {
  const waiting = Array.from({ length: count }, (_, index) => ({ id: `t${index}`, fence: index + 1 }) as Task);
  const steps: { step: string; input: Record<string, unknown>; key?: string | undefined }[] = [];
  const stop = new AbortController();
  const step = (name: string) =>
    vi.fn(async (input: object, call?: { idempotencyKey?: string | undefined }): Promise<never> => {
      steps.push({ step: name, input: { ...input }, key: call?.idempotencyKey });
      if (steps.filter(({ step }) => step !== "heartbeat").length >= count) stop.abort();
      return {} as never;
    });
  const tasks = {
    claim: vi.fn(
      async (
        { limit = 1 }: { limit?: number | undefined },
        call?: { signal?: AbortSignal | undefined; idempotencyKey?: string | undefined },
      ) => {
        const items = waiting.splice(0, limit);
        if (items.length === 0) await new Promise((resolve) => call?.signal?.addEventListener("abort", resolve));
        return { items, skipped: [] };
      },
    ),
    heartbeat: vi.fn(async () => ({ task: {} as Task, cancel_requested: false })),
    complete: step("complete"),
    fail: step("fail"),
    escalate: step("escalate"),
    block: step("block"),
    release: step("release"),
  };
  const run = (handler: Handler, options: WorkOptions = {}) =>
    // These seven functions return only the fields that a worker reads.
    work({ tasks } as unknown as Tasks, handler, { lease_seconds: 0.06, ...options, signal: stop.signal });
  return { tasks, steps, stop, run };
}

test("the value that the handler returns is the output", async () => {
  const server = fakeServer();
  await server.run(async ({ id }) => ({ done: id }));
  expect(server.steps).toEqual([
    { step: "complete", input: { id: "t0", fence: 1, output: { done: "t0" } }, key: "complete-t0-1" },
  ]);
});

test("the message of the error that the handler throws is the reason", async () => {
  const server = fakeServer(2);
  await server.run(
    async ({ id }) => {
      throw id === "t0" ? new Error("no luck") : 1n;
    },
    { isRetryable: (error) => error instanceof Error },
  );
  expect(server.steps.map(({ step, input }) => [step, input.reason, input.retryable])).toEqual([
    ["fail", "no luck", true],
    ["fail", "1", false],
  ]);
});

test("an escalation escalates the task with its reason; when that is refused, the task fails with both reasons", async () => {
  const server = fakeServer(2);
  server.tasks.escalate.mockRejectedValueOnce(refusal("not_assignable", 403));
  await server.run(async () => {
    throw new Escalation("Beyond me.");
  });
  expect(server.steps.map(({ step, input, key }) => [step, input.reason, key])).toEqual(
    expect.arrayContaining([
      ["fail", "The task could not be escalated: It is not_assignable. Beyond me.", "fail-t0-1"],
      ["escalate", "Beyond me.", "escalate-t1-2"],
    ]),
  );
});

test("a question blocks the task with its options; when that is refused, the task fails with both reasons", async () => {
  const server = fakeServer(2);
  server.tasks.block.mockRejectedValueOnce(refusal("invalid_input", 400));
  await server.run(async () => {
    throw new Question("Which rate?", ["7 %", "19 %"]);
  });
  expect(server.steps.map(({ step, input, key }) => [step, input.reason, input.options, key])).toEqual(
    expect.arrayContaining([
      ["fail", "The question was refused: It is invalid_input. Which rate?", undefined, "fail-t0-1"],
      ["block", "Which rate?", ["7 %", "19 %"], "block-t1-2"],
    ]),
  );
});

test("a result that cannot be JSON fails the task", async () => {
  const server = fakeServer();
  await server.run(async () => ({ amount: 1n }));
  expect(server.steps).toMatchObject([{ step: "fail", input: { reason: expect.stringContaining("BigInt") } }]);
});

test("a refused result fails the task with the reason of the refusal", async () => {
  const server = fakeServer();
  server.tasks.complete.mockRejectedValueOnce(refusal("open_children"));
  await server.run(async () => undefined);
  expect(server.steps).toMatchObject([
    { step: "fail", input: { reason: "The result was refused: It is open_children." } },
  ]);
});

test("a result is sent again with the same key until the server answers", async () => {
  const server = fakeServer();
  server.tasks.complete.mockRejectedValueOnce(refusal("unreachable", 0));
  await server.run(async () => 1);
  expect(server.tasks.complete.mock.calls.map(([, call]) => call?.idempotencyKey)).toEqual([
    "complete-t0-1",
    "complete-t0-1",
  ]);
});

test("the lease is kept while the handler works", async () => {
  const server = fakeServer();
  await server.run(() => expect.poll(() => server.tasks.heartbeat.mock.calls.length).toBeGreaterThan(2));
  expect(server.tasks.heartbeat).toHaveBeenCalledWith(
    { id: "t0", fence: 1, lease_seconds: 0.06, progress: undefined },
    { signal: expect.any(AbortSignal) },
  );
});

const untilStopped: Handler = (_task, { signal }) =>
  new Promise((resolve) => signal.addEventListener("abort", () => resolve("late")));

test("a canceled task stops its handler and its result is not sent", async () => {
  const server = fakeServer();
  server.tasks.heartbeat.mockImplementation(async () => {
    server.stop.abort();
    return { task: {} as Task, cancel_requested: true };
  });
  await server.run(untilStopped);
  expect(server.steps).toEqual([]);
});

test("a stop ends the handler, and the task is released unless the handler has a result", async () => {
  const server = fakeServer();
  server.tasks.heartbeat.mockImplementation(async () => {
    server.stop.abort();
    return { task: { status: "running" } as Task, cancel_requested: true };
  });
  let reason: unknown;
  const untilHeard: Handler = (_task, { signal }) =>
    new Promise((_resolve, reject) =>
      signal.addEventListener("abort", () => {
        reason = signal.reason;
        reject(reason);
      }),
    );
  await server.run(untilHeard);
  expect(reason).toMatchObject({ name: "TaskStopped", why: "stopped" });
  expect(server.steps).toMatchObject([{ step: "release", input: { id: "t0", fence: 1 } }]);
  const other = fakeServer();
  other.tasks.heartbeat.mockImplementation(async () => {
    other.stop.abort();
    return { task: { status: "running" } as Task, cancel_requested: true };
  });
  await other.run(untilStopped);
  expect(other.steps).toMatchObject([{ step: "complete", input: { output: "late" } }]);
});

test("a lost lease stops the handler, and its late result is sent", async () => {
  const server = fakeServer();
  server.tasks.heartbeat.mockRejectedValue(refusal("lease_lost"));
  const errors: unknown[] = [];
  await server.run(untilStopped, { onError: (error) => errors.push(error) });
  expect(server.steps).toMatchObject([{ step: "complete", input: { output: "late" } }]);
  expect(errors).toMatchObject([{ code: "lease_lost" }]);
});

test("the error of a handler that stops after its lease was lost does not fail the task", async () => {
  const server = fakeServer();
  server.tasks.heartbeat.mockRejectedValue(refusal("lease_lost"));
  let reason: unknown;
  await server.run((_task, { signal }) => {
    return new Promise((_resolve, reject) =>
      signal.addEventListener("abort", () => {
        reason = signal.reason;
        server.stop.abort();
        reject(reason);
      }),
    );
  });
  expect(server.steps).toEqual([]);
  expect(reason).toMatchObject({ name: "TaskStopped", why: "lease_lost" });
});

test("a late result is reported as one, and completes the next attempt without a second run", async () => {
  const server = fakeServer(0);
  const attempts = [1, 2].map((fence) => ({ id: "t", fence }) as Task);
  server.tasks.claim.mockImplementation(async () => ({ items: attempts.splice(0, 1), skipped: [] }));
  server.tasks.complete.mockRejectedValueOnce(refusal("lease_lost"));
  const handler = vi.fn(async () => "done");
  const late: unknown[] = [];
  const errors: unknown[] = [];
  await server.run(handler, { onLateResult: ({ id }) => late.push(id), onError: (error) => errors.push(error) });
  expect(handler).toHaveBeenCalledTimes(1);
  expect(server.steps).toMatchObject([{ step: "complete", input: { fence: 2, output: "done" } }]);
  expect([late, errors]).toEqual([["t"], []]);
});

test("a failure whose text is refused is sent again with a plain text, and reported", async () => {
  const server = fakeServer();
  const unfit = refusal("invalid_input", 400);
  server.tasks.fail.mockRejectedValueOnce(unfit);
  const errors: unknown[] = [];
  const bad = async () => {
    throw new Error("odd");
  };
  await server.run(bad, { onError: (error) => errors.push(error), isRetryable: () => true });
  expect(server.steps).toMatchObject([
    { step: "fail", input: { reason: expect.stringContaining("refused the text"), retryable: true } },
  ]);
  expect(errors).toEqual([unfit]);
});

test("after a stop, a task that a claim brings is released and not begun", async () => {
  const server = fakeServer(2);
  server.tasks.claim.mockImplementationOnce(async () => {
    server.stop.abort();
    throw new Error("aborted");
  });
  const handler = vi.fn(async () => 1);
  await server.run(handler);
  expect(handler).not.toHaveBeenCalled();
  expect(server.steps).toMatchObject([{ step: "release", input: { id: "t0", fence: 1 } }]);
  const [first, second] = server.tasks.claim.mock.calls;
  expect(second?.[1]).toMatchObject({ idempotencyKey: first?.[1]?.idempotencyKey });
});

test("runs `concurrency` tasks at a time, and finishes them when stopped", async () => {
  const server = fakeServer(5);
  let running = 0;
  let most = 0;
  await server.run(
    async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 10));
      running--;
    },
    { concurrency: 3 },
  );
  expect(most).toBe(3);
  expect(server.steps).toHaveLength(5);
});

test("waits while the server cannot be reached, and ends when the key is refused", async () => {
  const server = fakeServer();
  server.tasks.claim.mockRejectedValueOnce(refusal("unreachable", 0));
  await server.run(async () => 1);
  expect(server.steps).toHaveLength(1);
  const other = fakeServer();
  other.tasks.claim.mockRejectedValue(refusal("unauthenticated", 401));
  await expect(other.run(async () => 1)).rejects.toMatchObject({ code: "unauthenticated" });
});

test("a rate limit stops neither the loop, the lease nor the result", async () => {
  const server = fakeServer();
  const slower = refusal("rate_limited", 429);
  server.tasks.claim.mockRejectedValueOnce(slower);
  server.tasks.heartbeat.mockRejectedValueOnce(slower);
  server.tasks.complete.mockRejectedValueOnce(slower);
  const errors: unknown[] = [];
  await server.run(
    async (_task, { signal }) => {
      await expect.poll(() => server.tasks.heartbeat.mock.calls.length).toBeGreaterThan(1);
      return { isStopped: signal.aborted };
    },
    { onError: (error) => errors.push(error) },
  );
  expect(server.steps).toMatchObject([{ step: "complete", input: { output: { isStopped: false } } }]);
  expect(errors).toEqual([slower, slower, slower]);
});

test("a server that answers each claim at once with no task is called at most once a second", async () => {
  vi.useFakeTimers();
  try {
    const server = fakeServer(0);
    server.tasks.claim.mockImplementation(async () => {
      if (server.tasks.claim.mock.calls.length > 100) server.stop.abort();
      return { items: [], skipped: [] };
    });
    const done = server.run(async () => undefined);
    await vi.advanceTimersByTimeAsync(4_500);
    expect(server.tasks.claim).toHaveBeenCalledTimes(5);
    server.stop.abort();
    await done;
  } finally {
    vi.useRealTimers();
  }
});
