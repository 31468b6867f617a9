/** Keeps the lease of a running task with heartbeats, and reports its progress. */
import { BailiwickError } from "./error.ts";
import type { Operations, Task } from "./generated/client.ts";
import { DOCUMENT_UNFIT, noteOf, toJson, tooLarge } from "./storable.ts";

const HEARTBEATS_PER_LEASE = 3;
/** The refusals after which the caller no longer holds the task, or may no longer work. Other refusals change nothing. */
const LOST = ["lease_lost", "illegal_step", "not_assignee", "not_found", "unauthenticated", "forbidden"];

type Progress = Record<string, unknown>;

export interface LeaseOptions {
  lease_seconds: number;
  onError?: ((error: unknown) => void) | undefined;
}

export interface Lease {
  /** Aborted when a person canceled the task or the lease was lost. */
  signal: AbortSignal;
  isCanceled(): boolean;
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
  const stop = new AbortController();
  let isCanceled = false;

  async function beat(progress?: Progress): Promise<void> {
    if (stop.signal.aborted) return;
    const input = { id, fence, lease_seconds, progress };
    const { cancel_requested } = await client.tasks.heartbeat(input, { signal: AbortSignal.timeout(beatMs) });
    if (!cancel_requested) return;
    isCanceled = true;
    stop.abort(new Error("The task was canceled."));
  }

  function report(error: unknown): void {
    onError?.(error);
    // The server may be reachable again before the lease ends; otherwise the next heartbeat reports the lost lease.
    if (error instanceof BailiwickError && LOST.includes(error.code)) stop.abort(error);
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
    signal: stop.signal,
    isCanceled: () => isCanceled,
    progress: (progress) => reportProgress(progress).catch(report),
    end: () => clearInterval(timer),
  };
}
