/** Follows the live feed of the workspace. */
import type { Client, Fact } from "../../../../../sdk/src/index.ts";
import { DemoError } from "./error.ts";

export interface Feed {
  /** Resolves when the feed is open: later facts are not missed. */
  opened: Promise<void>;
  /** Passes on every fact since the opening, in the order of the log, until `onFact` returns false. */
  follow(onFact: (fact: Fact) => boolean): Promise<void>;
}

/** An invalid position, so the server sends a `reset` at once, which shows that the feed is open. */
const FROM_NOW = "now";
const OPEN_MS_MAX = 15_000;

export function openFeed(client: Client, signal: AbortSignal): Feed {
  const events = client.live({ lastEventId: FROM_NOW, signal });
  const first = events.next();
  const opened = within(first, OPEN_MS_MAX);
  // Callers that wait for `opened` get the failure; this prevents an unhandled rejection when none waits.
  opened.catch(() => undefined);
  return {
    opened,
    async follow(onFact) {
      await first;
      for await (const event of events) {
        if (event.event === "fact" && !onFact(event.data)) return;
      }
    },
  };
}

async function within(first: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new DemoError("The live feed of the server sends nothing. Check if a proxy buffers it.")),
      ms,
    );
  });
  await Promise.race([first, late]).finally(() => clearTimeout(timer));
}
