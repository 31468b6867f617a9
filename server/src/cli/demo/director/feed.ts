/** The live feed of the workspace, fact by fact. */
import type { Client, Fact } from "../../../../../sdk/src/index.ts";
import { DemoError } from "./error.ts";

export interface Feed {
  /** From here on it misses nothing. */
  opened: Promise<void>;
  /** Hands on every fact since the opening, in the order of the log, while `onFact` answers that it wants more. */
  follow(onFact: (fact: Fact) => boolean): Promise<void>;
}

/** No position of any log, so the server answers at once with a `reset`: the sign that the feed is open. */
const FROM_NOW = "now";
const OPEN_MS = 15_000;

export function openFeed(client: Client, signal: AbortSignal): Feed {
  const events = client.live({ lastEventId: FROM_NOW, signal });
  const first = events.next();
  const opened = within(first, OPEN_MS);
  // Whoever waits for it gets the failure; nobody may get that far.
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
      () => reject(new DemoError("The live feed of the server says nothing; is a proxy holding it back?")),
      ms,
    );
  });
  await Promise.race([first, late]).finally(() => clearTimeout(timer));
}
