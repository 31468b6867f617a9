/** The main loop of an agent: claim a task, work, keep the lease, finish the task. */
import { BailiwickError } from "./error.ts";
import type { Operations, Task } from "./generated/client.ts";
import { backoffMs, pause } from "./retry.ts";

export interface TaskContext {
  /** Aborted when a person canceled the task or its lease was lost. Stop then: the result is not needed. */
  signal: AbortSignal;
  /** Reports the progress of the work to people. */
  progress(progress: Record<string, unknown>): Promise<void>;
}

/** A handler throws it to pass the task to the supervisor of the agent, with this reason. */
export class Escalation extends Error {
  override name = "Escalation";
}

/** The returned value becomes the output of the task. The message of an error becomes the reason of the failure. */
export type Handler = (task: Task, context: TaskContext) => Promise<unknown>;

export interface WorkOptions {
  /** Stops claiming. `work` returns when the running tasks are finished. */
  signal?: AbortSignal | undefined;
  /** The time that one request waits for a task. Default 30. */
  wait_seconds?: number | undefined;
  /** The time after which a task without a heartbeat is lost. Default 60. */
  lease_seconds?: number | undefined;
  /** The number of tasks that run at the same time. Default 1. */
  concurrency?: number | undefined;
  /** Returns true when a task that failed with this error should be tried again. By default it is not. */
  isRetryable?: ((error: unknown) => boolean) | undefined;
  /** Called for errors that do not end the loop: the server cannot be reached, a result came too late. */
  onError?: ((error: unknown) => void) | undefined;
}

/** The part of the client that `work` uses. */
export type Tasks = { tasks: Pick<Operations["tasks"], "claim" | "heartbeat" | "complete" | "fail" | "escalate"> };

const BACKOFF_MAX_MS = 30_000;
const REASON_LENGTH_MAX = 2_000;
const HEARTBEATS_PER_LEASE = 3;
/** A claim that returned no task is not repeated sooner after its start. */
const EMPTY_CLAIM_MS = 1_000;

/** Runs until `signal` is aborted. Throws when the server refuses the credential. */
export async function work(client: Tasks, handler: Handler, options: WorkOptions = {}): Promise<void> {
  const { signal, wait_seconds = 30, lease_seconds = 60, concurrency = 1, onError } = options;
  const running = new Set<Promise<void>>();
  let failures = 0;
  try {
    while (!signal?.aborted) {
      const limit = concurrency - running.size;
      if (limit <= 0) {
        await Promise.race(running);
        continue;
      }
      const startMs = Date.now();
      try {
        const { items } = await client.tasks.claim({ limit, wait_seconds, lease_seconds }, { signal });
        failures = 0;
        for (const task of items) {
          const job = workOn(client, task, handler, { ...options, lease_seconds }).finally(() => running.delete(job));
          running.add(job);
        }
        if (items.length === 0) await pauseUntil(startMs + EMPTY_CLAIM_MS, signal);
      } catch (error) {
        if (signal?.aborted) break;
        if (!(error instanceof BailiwickError) || !error.isTransient) throw error;
        onError?.(error);
        await pause(backoffMs(failures++, error.retryAfterSeconds, BACKOFF_MAX_MS), signal).catch(() => undefined);
      }
    }
  } finally {
    await Promise.all(running);
  }
}

/** Returns earlier when `signal` is aborted. */
async function pauseUntil(timeMs: number, signal: AbortSignal | undefined): Promise<void> {
  await pause(Math.max(0, timeMs - Date.now()), signal).catch(() => undefined);
}

type JobOptions = WorkOptions & { lease_seconds: number };

/** Never rejects: the failure of one task does not stop the worker. */
async function workOn(client: Tasks, task: Task, handler: Handler, options: JobOptions): Promise<void> {
  const { onError = () => undefined } = options;
  const lease = keepLease(client, task, options);
  try {
    const step = await outcomeOf(client, task, handler, lease, options);
    if (!lease.isCanceled()) await finish(step, lease, options);
  } catch (error) {
    onError(error);
  } finally {
    lease.end();
  }
}

type Step = (call: { idempotencyKey: string }) => Promise<unknown>;

async function outcomeOf(
  client: Tasks,
  task: Task,
  handler: Handler,
  lease: Lease,
  { isRetryable = () => false }: JobOptions,
): Promise<{ name: string; send: Step; orElse?: (error: BailiwickError) => Step }> {
  const { id, fence = 0 } = task;
  const failing = (reason: string, retryable: boolean): Step => {
    const input = { id, fence, reason: reason.slice(0, REASON_LENGTH_MAX), retryable };
    return (call) => client.tasks.fail(input, call);
  };
  try {
    const output = await handler(task, { signal: lease.signal, progress: lease.progress });
    // An output that JSON cannot hold fails here, with a reason.
    const sent = output === undefined ? {} : { output: JSON.parse(JSON.stringify(output)) as unknown };
    return {
      name: "complete",
      send: (call) => client.tasks.complete({ id, fence, ...sent }, call),
      orElse: (error) => failing(`The result was refused: ${error.detail}`, false),
    };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    if (error instanceof Escalation) {
      const reason = text.trim().slice(0, REASON_LENGTH_MAX) || "The handler escalated without a reason.";
      return {
        name: "escalate",
        send: (call) => client.tasks.escalate({ id, fence, reason }, call),
        orElse: (refusal) => failing(`The task could not be escalated: ${refusal.detail} ${reason}`, false),
      };
    }
    return { name: "fail", send: failing(text.trim() || "The handler failed without a message.", isRetryable(error)) };
  }
}

/** Sends the last step, and repeats it while the server cannot be reached, so that the result is not lost. */
async function finish(
  { name, send, orElse }: Awaited<ReturnType<typeof outcomeOf>>,
  lease: Lease,
  options: JobOptions,
): Promise<void> {
  const { id, fence } = lease.task;
  for (let failures = 0; ; failures++) {
    try {
      await send({ idempotencyKey: `${name}-${id}-${fence}` });
      return;
    } catch (error) {
      if (!(error instanceof BailiwickError)) throw error;
      options.onError?.(error);
      // The server keeps a late result as an event of the task.
      if (error.code === "lease_lost") return;
      if (!error.isTransient) return orElse && finish({ name: "fail", send: orElse(error) }, lease, options);
      // A stopped worker does not wait: the lease ends and the task is queued again.
      if (options.signal?.aborted) return;
      await pause(backoffMs(failures, error.retryAfterSeconds, BACKOFF_MAX_MS), options.signal).catch(() => undefined);
    }
  }
}

interface Lease {
  task: Task;
  signal: AbortSignal;
  isCanceled(): boolean;
  progress(progress: Record<string, unknown>): Promise<void>;
  end(): void;
}

function keepLease(client: Tasks, task: Task, { lease_seconds, onError }: JobOptions): Lease {
  const { id, fence = 0 } = task;
  const beatMs = Math.round((lease_seconds * 1_000) / HEARTBEATS_PER_LEASE);
  const stop = new AbortController();
  let isCanceled = false;

  async function beat(progress?: Record<string, unknown>): Promise<void> {
    if (stop.signal.aborted) return;
    try {
      const input = { id, fence, lease_seconds, progress };
      const { cancel_requested } = await client.tasks.heartbeat(input, { signal: AbortSignal.timeout(beatMs) });
      if (!cancel_requested) return;
      isCanceled = true;
      stop.abort(new Error("The task was canceled."));
    } catch (error) {
      onError?.(error);
      // The server may be reachable again before the lease ends; otherwise the next heartbeat reports the lost lease.
      if (!(error instanceof BailiwickError) || error.isTransient) return;
      stop.abort(error);
    }
  }

  const timer = setInterval(beat, beatMs);
  return { task, signal: stop.signal, isCanceled: () => isCanceled, progress: beat, end: () => clearInterval(timer) };
}
