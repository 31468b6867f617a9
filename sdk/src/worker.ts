/** The main loop of an agent: claim a task, work, keep the lease, finish the task. */
import { BailiwickError } from "./error.ts";
import type { Operations, Task } from "./generated/client.ts";
import { keepLease, type Lease } from "./lease.ts";
import { completed, failed, type Outcome } from "./outcome.ts";
import { backoffMs, pause } from "./retry.ts";

export interface TaskContext {
  /** Aborted when a person canceled the task or its lease was lost. Stop then: the result is not needed. */
  signal: AbortSignal;
  /** Reports the progress of the work to people. */
  progress(progress: Record<string, unknown>): Promise<void>;
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
    const outcome = await outcomeOf(client, task, handler, lease, options);
    if (outcome.fault) onError(outcome.fault);
    if (!lease.isCanceled()) await finish(outcome, task, options);
  } catch (error) {
    onError(error);
  } finally {
    lease.end();
  }
}

async function outcomeOf(
  client: Tasks,
  task: Task,
  handler: Handler,
  { signal, progress }: Lease,
  { isRetryable = () => false }: JobOptions,
): Promise<Outcome> {
  const context = { client, task };
  try {
    return completed(context, await handler(task, { signal, progress }));
  } catch (error) {
    return failed(context, error, isRetryable(error));
  }
}

/** Sends the last step, and repeats it while the server cannot be reached, so that the result is not lost. */
async function finish(outcome: Outcome, task: Task, options: JobOptions): Promise<void> {
  const { id, fence } = task;
  for (let failures = 0; ; failures++) {
    try {
      await outcome.send({ idempotencyKey: `${outcome.name}-${id}-${fence}` });
      return;
    } catch (error) {
      if (!(error instanceof BailiwickError)) throw error;
      options.onError?.(error);
      // The server keeps a late result as an event of the task.
      if (error.code === "lease_lost") return;
      if (!error.isTransient) {
        const next = outcome.instead?.(error);
        return next && finish(next, task, options);
      }
      // A stopped worker does not wait: the lease ends and the task is queued again.
      if (options.signal?.aborted) return;
      await pause(backoffMs(failures, error.retryAfterSeconds, BACKOFF_MAX_MS), options.signal).catch(() => undefined);
    }
  }
}
