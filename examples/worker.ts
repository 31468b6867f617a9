/** A worker in TypeScript. It needs the SDK of the server, and the key of an agent in BAILIWICK_KEY. */
import { setTimeout as sleep } from "node:timers/promises";
import { createClient, work } from "@bailiwick/sdk";

const client = createClient({
  url: process.env.BAILIWICK_URL ?? "http://127.0.0.1:7300",
  key: process.env.BAILIWICK_KEY,
});

const stop = new AbortController();
for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, () => stop.abort());

await work(
  client,
  async ({ input }, { signal, progress }) => {
    // The input is what the creator of the task wrote, so read it with care.
    const { text = "", seconds = 0 } = (input ?? {}) as { text?: string; seconds?: number };
    await progress({ step: "counting" });
    // Rejects when a person cancels the task or the lease is lost. The worker then drops the task.
    await sleep(seconds * 1_000, undefined, { signal });
    return { words: text.split(/\s+/).filter(Boolean).length };
  },
  { signal: stop.signal, onError: console.error },
);
// The running task had 8 seconds to finish, and then went back to the queue.
process.exit();
