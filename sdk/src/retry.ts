/** Waiting that a signal ends, and how long to wait before a repeat. */

/** The first wait before a repeat, doubled each time. Milliseconds. */
const BACKOFF_FIRST_MS = 200;
const BACKOFF_MAX_MS = 5_000;

/** Rejects with the signal's reason when it fires. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    function stop() {
      clearTimeout(timer);
      reject(signal?.reason);
    }
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** Never earlier than the server asked, and never all callers at once. */
export function backoffMs(attempt: number, retryAfterSeconds = 0, maxMs = BACKOFF_MAX_MS): number {
  const ceiling = Math.min(maxMs, BACKOFF_FIRST_MS * 2 ** attempt);
  return retryAfterSeconds * 1_000 + ceiling * (0.5 + Math.random() / 2);
}

/** Browsers offer `randomUUID` only over https and on this machine. */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
