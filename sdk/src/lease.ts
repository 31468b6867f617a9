/** Keeps the lease of a running task with heartbeats, and reports its progress. */
import { BailiwickError } from "./error.ts";
import type { Operations, Task } from "./generated/client.ts";
import { DOCUMENT_UNFIT, noteOf, toJson, tooLarge } from "./storable.ts";

const HEARTBEATS_PER_LEASE = 3;

type Why = "canceled" | "stopped" | "lease_lost" | "stopping" | "refused";

/** The refusals of a heartbeat that stop the handler. After other refusals the work continues. */
const STOPPED_BY: Readonly<Record<string, Why>> = {
  lease_lost: "lease_lost",
  illegal_step: "lease_lost",
  not_assignee: "lease_lost",
  not_found: "lease_lost",
  unauthenticated: "refused",
  forbidden: "refused",
};

/** The reason of the signal of a handler. */
export class TaskStopped extends Error {
  override readonly name = "TaskStopped";
  /**
   * `canceled`: a person canceled the task. `stopped`: a stop asks for the end of the work; the worker releases the task
   * when the handler has ended, which confirms the stop. `lease_lost`: the task is queued again or has another holder. `stopping`: the
   * worker stops and releases the task. `refused`: the server no longer takes the key of the worker.
   */
  readonly why: Why;

  constructor(why: Why, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.why = why;
  }
}

type Progress = Record<string, unknown>;

export interface LeaseOptions {
  lease_seconds: number;
  onError?: ((error: unknown) => void) | undefined;
}

export interface Lease {
  /** Its reason is a `TaskStopped`. */
  signal: AbortSignal;
  stop(why: Why, message: string): void;
  isCanceled(): boolean;
  /** The work must end because of a stop, and the worker still holds the task. */
  mustStop(): boolean;
  /** Never rejects. */
  progress(progress: Progress): Promise<void>;
  end(): void;
}

export function keepLease(
  client: { tasks: Pick<Operations["tasks"], "heartbeat"> },
  { id, fence = 0 }: Task,
  { lease_seconds, onError }: LeaseOptions,
): Lease {
  const beatMs = Math.round((lease_seconds * 1_000) / HEARTBEATS_PER_LEASE);
  const ended = new AbortController();
  const stop = (why: Why, message: string, cause?: unknown) => ended.abort(new TaskStopped(why, message, cause));
  let isCanceled = false;
  let mustStop = false;

  async function beat(progress?: Progress): Promise<void> {
    if (ended.signal.aborted) return;
    const input = { id, fence, lease_seconds, progress };
    const { cancel_requested, task } = await client.tasks.heartbeat(input, { signal: AbortSignal.timeout(beatMs) });
    if (!cancel_requested) return;
    if (task.status === "running") {
      mustStop = true;
      return stop("stopped", "The work was stopped.");
    }
    isCanceled = true;
    stop("canceled", "The task was canceled.");
  }

  function report(error: unknown): void {
    onError?.(error);
    // The server may be reachable again before the lease ends; otherwise the next heartbeat reports the lost lease.
    if (!(error instanceof BailiwickError)) return;
    const why = STOPPED_BY[error.code];
    if (why) stop(why, error.detail, error);
  }

  async function reportProgress(progress: Progress): Promise<void> {
    const json = toJson(progress) ?? "{}";
    const large = tooLarge(json);
    if (large !== undefined) return beat({ ...noteOf(json, large) });
    await beat(JSON.parse(json)).catch((error: unknown) => {
      if (!(error instanceof BailiwickError && DOCUMENT_UNFIT.includes(error.code))) throw error;
      onError?.(error);
      return beat({ ...noteOf(json, error.detail) });
    });
  }

  const timer = setInterval(() => beat().catch(report), beatMs);
  return {
    signal: ended.signal,
    stop,
    isCanceled: () => isCanceled,
    mustStop: () => mustStop,
    progress: (progress) => reportProgress(progress).catch(report),
    end: () => clearInterval(timer),
  };
}
