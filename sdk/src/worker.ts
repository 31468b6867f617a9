/** The main loop of an agent: claim a task, work, keep the lease, finish the task. */
import { BailiwickError } from "./error.ts";
import type { Task, TasksClaimInput } from "./generated/client.ts";
import { type Handler, handBack, type Tasks, type Worker, workOn } from "./job.ts";
import { backoffMs, pause, randomKey } from "./retry.ts";

export interface WorkOptions {
  /** Stops claiming. `work` returns when the running tasks are finished or, after the grace time, handed back. */
  signal?: AbortSignal | undefined;
  /**
   * The time that running handlers have to finish after a stop. Then the worker releases their tasks, which uses no
   * attempt, and another worker may take them. Default 8 seconds.
   */
  graceMs?: number | undefined;
  /** The time that one request waits for a task. Default 30. */
  wait_seconds?: number | undefined;
  /** The time after which a task without a heartbeat is lost. Default 60. */
  lease_seconds?: number | undefined;
  /** The number of tasks that run at the same time. Default 1. */
  concurrency?: number | undefined;
  /** Returns true when a task that failed with this error should be tried again. By default it is not. */
  isRetryable?: ((error: unknown) => boolean) | undefined;
  /** Called for errors that do not end the loop, such as a server that cannot be reached. */
  onError?: ((error: unknown) => void) | undefined;
  /** Called when a result came too late to be applied. The server keeps the result as an event of the task. */
  onLateResult?: ((task: Task, refusal: BailiwickError) => void) | undefined;
}

const BACKOFF_MAX_MS = 30_000;
/** Shorter than the 10 s after which container runtimes kill a process. */
const GRACE_MS = 8_000;
/** A claim that returned no task is not repeated sooner after its start. */
const EMPTY_CLAIM_MS = 1_000;
const TIMER_MS_MAX = 2 ** 31 - 1;
const LAST_CLAIM_MS = 2_000;

/** Runs until `signal` is aborted. Throws when the server refuses the credential. */
export async function work(client: Tasks, handler: Handler, options: WorkOptions = {}): Promise<void> {
  const { signal, graceMs = GRACE_MS, wait_seconds = 30, lease_seconds = 60, concurrency = 1 } = options;
  const grace = startGraceOnStop(signal, graceMs);
  const worker = workerOf(client, handler, grace.over, { ...options, lease_seconds });
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
        const items = await claim(client, { limit, wait_seconds, lease_seconds }, signal);
        failures = 0;
        const begin = signal?.aborted ? handBack : workOn;
        for (const task of items) {
          const job = begin(worker, task).finally(() => running.delete(job));
          running.add(job);
        }
        if (items.length === 0) await pauseUntil(startMs + EMPTY_CLAIM_MS, signal);
      } catch (error) {
        if (signal?.aborted) break;
        if (!(error instanceof BailiwickError) || !error.isTransient) throw error;
        worker.onError(error);
        await pause(backoffMs(failures++, error.retryAfterSeconds, BACKOFF_MAX_MS), signal).catch(() => undefined);
      }
    }
  } finally {
    await Promise.all(running);
    grace.end();
  }
}

/** Returns earlier when `signal` is aborted. */
async function pauseUntil(timeMs: number, signal: AbortSignal | undefined): Promise<void> {
  await pause(Math.max(0, timeMs - Date.now()), signal).catch(() => undefined);
}

function workerOf(
  client: Tasks,
  handler: Handler,
  graceOver: AbortSignal,
  options: WorkOptions & { lease_seconds: number },
): Worker {
  const { lease_seconds, isRetryable = () => false, onError = () => undefined } = options;
  const { onLateResult = () => undefined } = options;
  const kept = { outputs: new Map<string, Promise<unknown>>(), late: [] };
  return { client, handler, lease_seconds, isRetryable, onError, onLateResult, graceOver, ...kept };
}

/** Claims tasks, and after an abort also the tasks whose answer was on its way. */
async function claim(client: Tasks, input: TasksClaimInput, signal: AbortSignal | undefined): Promise<Task[]> {
  const idempotencyKey = randomKey();
  try {
    return (await client.tasks.claim(input, { signal, idempotencyKey })).items;
  } catch (error) {
    if (!signal?.aborted) throw error;
    // The server repeats its answer for the same key.
    const last = client.tasks.claim(input, { signal: AbortSignal.timeout(LAST_CLAIM_MS), idempotencyKey });
    return last.then(
      ({ items }) => items,
      () => [],
    );
  }
}

function startGraceOnStop(signal: AbortSignal | undefined, graceMs: number): { over: AbortSignal; end(): void } {
  const over = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const start = () => {
    timer = setTimeout(() => over.abort(), Math.min(graceMs, TIMER_MS_MAX));
  };
  signal?.addEventListener("abort", start, { once: true });
  return {
    over: over.signal,
    end() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", start);
    },
  };
}
