/** An agent's main loop: claim, work, keep the lease, finish. */
import { BailiwickError } from "./error.ts";
import type { Operations, Task } from "./generated.ts";
import { backoffMs, pause } from "./retry.ts";

export interface TaskContext {
  /** Fires when a person canceled the task or its lease was lost: stop, the result is not wanted. */
  signal: AbortSignal;
  /** Shows people how far the work is. */
  progress(progress: Record<string, unknown>): Promise<void>;
}

/** Thrown by a handler: the task is beyond it and goes to whoever stands above, with this reason. */
export class Escalation extends Error {
  override name = "Escalation";
}

/** What it returns becomes the task's output; what it throws, the reason of its failure, or of its escalation. */
export type Handler = (task: Task, context: TaskContext) => Promise<unknown>;

export interface WorkOptions {
  /** Stops claiming; tasks that are running are finished first. */
  signal?: AbortSignal | undefined;
  /** How long one request waits for work. Default 30. */
  wait_seconds?: number | undefined;
  /** How long a task is kept without a heartbeat. Default 60. */
  lease_seconds?: number | undefined;
  /** Tasks at a time. Default 1. */
  concurrency?: number | undefined;
  /** Whether a task that failed with this should be tried again. Default no. */
  isRetryable?: ((error: unknown) => boolean) | undefined;
  /** Told of what went wrong and was got over: a server that is away, a result that came too late. */
  onError?: ((error: unknown) => void) | undefined;
}

/** The part of the client it uses. */
export type Tasks = { tasks: Pick<Operations["tasks"], "claim" | "heartbeat" | "complete" | "fail" | "escalate"> };

const BACKOFF_MAX_MS = 30_000;
const REASON_LENGTH_MAX = 2_000;
const HEARTBEATS_PER_LEASE = 3;

/** Runs until `signal` fires. Throws when the credential is refused. */
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
      try {
        const { items } = await client.tasks.claim({ limit, wait_seconds, lease_seconds }, { signal });
        failures = 0;
        for (const task of items) {
          const job = workOn(client, task, handler, { ...options, lease_seconds }).finally(() => running.delete(job));
          running.add(job);
        }
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

type JobOptions = WorkOptions & { lease_seconds: number };

/** Never rejects: one task's trouble is not the worker's. */
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
    // What cannot be JSON fails here, with a reason, rather than on the way.
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
        orElse: (refusal) => failing(`It could not be escalated: ${refusal.detail} ${reason}`, false),
      };
    }
    return { name: "fail", send: failing(text.trim() || "The handler failed without a message.", isRetryable(error)) };
  }
}

/** Sends the last step, also through a server's absence: the result of the work is worth waiting for. */
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
      // A late result was kept with the task as an event.
      if (error.code === "lease_lost") return;
      if (!error.isTransient) return orElse && finish({ name: "fail", send: orElse(error) }, lease, options);
      // Nobody waits for a worker that was told to stop: the lease ends and the task is queued again.
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
      // A server that is away may come back before the lease ends, and if not, the next heartbeat says so.
      if (!(error instanceof BailiwickError) || error.isTransient) return;
      stop.abort(error);
    }
  }

  const timer = setInterval(beat, beatMs);
  return { task, signal: stop.signal, isCanceled: () => isCanceled, progress: beat, end: () => clearInterval(timer) };
}
