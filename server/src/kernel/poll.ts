/** Long poll: an attempt that found nothing is made again when the workspace wakes, outside any transaction. */
import type { ReadyCall } from "./dispatch.ts";
import { Problem } from "./problem.ts";
import type { Signals } from "./signals.ts";

/** Time alone can make work available (backoff, a lease that ends), so a waiting call looks again. Milliseconds. */
const LOOK_AGAIN_MS = 1_000;
/** Calls that may wait in one process. */
const WAITING_MAX = 20_000;

interface Polled {
  seconds(input: unknown): number;
  isEmpty(output: unknown): boolean;
}

export function createPoll(signals: Signals) {
  let waiting = 0;
  return async (
    polled: Polled | undefined,
    call: ReadyCall,
    abort: AbortSignal | undefined,
    attempt: (call: ReadyCall) => Promise<unknown>,
  ): Promise<unknown> => {
    const seconds = polled?.seconds(call.input) ?? 0;
    if (!polled || seconds === 0) return attempt(call);
    if (waiting >= WAITING_MAX) {
      throw new Problem("overloaded", "Too many calls are waiting on this server.", { retry_after_seconds: 1 });
    }
    const { workspace } = call.actor;
    const deadline = performance.now() + seconds * 1_000;
    waiting++;
    // Being heard from now on means that no wake between an attempt and the wait after it is lost.
    const deafen = signals.onFacts(workspace, () => undefined);
    try {
      for (;;) {
        const version = signals.version(workspace);
        const left = deadline - performance.now();
        const final = left <= 0 || abort?.aborted === true;
        if (abort?.aborted) throw new Problem("conflict", "The caller went away.");
        const output = await attempt({ ...call, final });
        if (final || !polled.isEmpty(output)) return output;
        await signals.changed(workspace, version, Math.min(left, LOOK_AGAIN_MS), abort);
        // A key that was revoked meanwhile takes nothing any more.
        await call.requireStill?.();
      }
    } finally {
      deafen();
      waiting--;
    }
  };
}
