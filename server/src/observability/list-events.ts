/** One list of two sources: stored events, and the steps of tasks. */
import type { ReadTx } from "../kernel/db/tx.ts";
import { decodeCursor, encodeCursor, type Paged, type PageRequest } from "../kernel/paging.ts";
import type { ObsEvent } from "./schema.ts";
import { type Attempt, listAttempts } from "./store/attempts.ts";
import { type EventFilters, listStored } from "./store/events.ts";
import { toWire } from "./to-wire.ts";

/** The last row that was shown of each source, or a mark for none. */
const NONE = "-";
const SHAPES = [/^(?:-|[0-9a-f-]{36})$/, /^(?:-|[0-9]{1,18})$/];

interface Positions {
  stored: string;
  attempt: string;
}

export interface EventsRequest extends EventFilters {
  /** The first day. */
  since: string;
}

/** Newest first by arrival. */
export async function listEvents(
  tx: ReadTx,
  { since, ...filters }: EventsRequest,
  page: PageRequest,
): Promise<Paged<ObsEvent>> {
  const sinceMs = Date.parse(since);
  const [stored = NONE, attempt = NONE] = decodeCursor(page.cursor, SHAPES) ?? [];
  const own = await listStored(tx, filters, { limit: page.limit, cursor: cursorAt(stored), sinceMs });
  // Steps of tasks belong to no run.
  const steps =
    filters.run_id === undefined
      ? from(sinceMs, await listAttempts(tx, filters, { limit: page.limit, cursor: cursorAt(attempt) }))
      : { items: [], next_cursor: null };
  const events = own.items.map(toWire);
  const hasLater = { events: own.next_cursor !== null, steps: steps.next_cursor !== null };
  const taken = merge(events, steps.items, { limit: page.limit, hasLater });
  // A source that ends its page early goes on from where its page ended, once all of the page was shown.
  const isRest = taken.events < events.length || taken.steps < steps.items.length;
  const hasMore = isRest || own.next_cursor !== null || steps.next_cursor !== null;
  const next: Positions = {
    stored:
      positionOf(taken.events === events.length ? own.next_cursor : null) ?? events[taken.events - 1]?.id ?? stored,
    attempt:
      positionOf(taken.steps === steps.items.length ? steps.next_cursor : null) ??
      steps.items[taken.steps - 1]?.seq.toString() ??
      attempt,
  };
  return { items: taken.items, next_cursor: hasMore ? encodeCursor([next.stored, next.attempt]) : null };
}

/** Facts are kept for longer than events, so the list ends where the events end. */
function from(sinceMs: number, { items, next_cursor }: Paged<Attempt>): Paged<Attempt> {
  const shown = items.filter(({ created_at }) => Date.parse(created_at) >= sinceMs);
  return { items: shown, next_cursor: shown.length < items.length ? null : next_cursor };
}

function cursorAt(position: string): string | undefined {
  return position === NONE ? undefined : encodeCursor([position]);
}

function positionOf(cursor: string | null): string | undefined {
  return cursor === null ? undefined : (decodeCursor(cursor, [/./]) ?? [])[0];
}

interface Merging {
  limit: number;
  /** A source with later rows ends the page with its last row, because they may come before those of the other. */
  hasLater: { events: boolean; steps: boolean };
}

function merge(events: readonly ObsEvent[], steps: readonly Attempt[], { limit, hasLater }: Merging) {
  const items: ObsEvent[] = [];
  const taken = { items, events: 0, steps: 0 };
  while (items.length < limit) {
    const [event, step] = [events[taken.events], steps[taken.steps]];
    if ((!event && hasLater.events) || (!step && hasLater.steps)) break;
    if (event && (!step || event.created_at >= step.created_at)) {
      items.push(event);
      taken.events++;
    } else if (step) {
      const { seq: _seq, ...shown } = step;
      items.push(shown);
      taken.steps++;
    } else break;
  }
  return taken;
}
