/** Events whose numbers are totals of their session: each counts with its difference to the highest report before. */
import type { Tx } from "../kernel/db/tx.ts";
import { nanosFromUsd } from "../kernel/money.ts";
import type { ReadEvent } from "./event-rules.ts";
import type { Reported as AmountsReported } from "./prices/costing.ts";
import { type Usage, usageFault } from "./prices/usage-rules.ts";
import { CUMULATIVE, type Cumulative } from "./schema.ts";
import { shortHash } from "./short-hash.ts";
import { findKeys, lockSessions, type SessionRow, saveSessions, type Totals } from "./store/sessions.ts";

type Reported = Pick<ReadEvent, "session_id" | "cumulative" | Cumulative> & { agent_id: string };

/** Returns the differences, and the totals after the event. Nothing falls: a report that comes late adds nothing. */
export function difference(event: Reported, before: Totals): { own: Totals; after: Totals } {
  const own: Totals = {};
  const after: Totals = { ...before };
  for (const field of CUMULATIVE) {
    const total = event[field];
    if (!event.cumulative.includes(field) || typeof total !== "number") continue;
    const known = before[field] ?? 0;
    own[field] = field === "cost_usd" ? nanoDifference(total, known) : Math.max(0, total - known);
    after[field] = Math.max(total, known);
  }
  return { own, after };
}

/** Both amounts are whole nano-dollars, and so is the difference. */
function nanoDifference(total: number, known: number): number {
  return Math.max(0, Math.round(total * 1e9) - Math.round(known * 1e9)) / 1e9;
}

interface Keyed extends Reported, Usage {
  index: number;
  key_hash: string | null;
  reported: AmountsReported;
}

interface Taken<T> {
  fit: readonly T[];
  /** Differences that contradict each other, although the totals do not. */
  faults: { index: number; reason: string }[];
  /** Keeps the totals of the events that were stored. A duplicate moves no total. */
  save(stored: ReadonlySet<number>): Promise<void>;
}

function isTotal({ session_id, cumulative }: Reported): boolean {
  return session_id !== null && cumulative.length > 0;
}

/**
 * Replaces totals by differences. The sessions stay locked until the transaction ends, so two reports at once count one
 * after the other.
 */
export async function takeDifferences<T extends Keyed>(tx: Tx, events: readonly T[]): Promise<Taken<T>> {
  const ofSessions = events.filter(isTotal);
  if (ofSessions.length === 0) return { fit: events, faults: [], save: async () => undefined };
  const keys = new Map(ofSessions.map((event) => [idOf(sessionKey(event)), sessionKey(event)]));
  const rows = await lockSessions(tx, [...keys.values()]);
  const totals = new Map(rows.map((row) => [idOf(row), row.totals]));
  const counted = await findKeys(
    tx,
    ofSessions.flatMap(({ key_hash }) => key_hash ?? []),
  );
  const changes: { index: number; row: SessionRow }[] = [];
  const faults: Taken<T>["faults"] = [];
  const fit = events.flatMap((event) => {
    const isDuplicate = event.key_hash !== null && counted.has(event.key_hash);
    if (!isTotal(event) || isDuplicate) return [event];
    const key = sessionKey(event);
    const { own, after } = difference(event, totals.get(idOf(key)) ?? {});
    const next = { ...event, ...own, ...(own.cost_usd !== undefined && { reported: exactly(own.cost_usd) }) };
    const reason = usageFault(next);
    if (reason !== undefined) {
      faults.push({ index: event.index, reason: `Since the last report of the session, ${reason}` });
      return [];
    }
    totals.set(idOf(key), after);
    changes.push({ index: event.index, row: { ...key, totals: after } });
    return [next];
  });
  return {
    fit,
    faults,
    async save(stored) {
      const rows = changes.filter(({ index }) => stored.has(index)).map(({ row }) => [idOf(row), row] as const);
      await saveSessions(tx, [...new Map(rows).values()]);
    },
  };
}

/** A difference of 0 is no missing report. */
function exactly(usd: number): AmountsReported {
  return { billed: nanosFromUsd(usd), isExact: true };
}

function sessionKey({ session_id, agent_id }: Reported): Omit<SessionRow, "totals"> {
  return {
    agent_id,
    session: shortHash(session_id ?? ""),
  };
}

function idOf({ agent_id, session }: Omit<SessionRow, "totals">): string {
  return `${agent_id} ${session}`;
}
