/** Reads the fact log as a follower must: only below the oldest transaction that still runs. */
import { cappedRows, rowsOf } from "../db/capped-rows.ts";
import type { ReadTx } from "../db/tx.ts";
import { type FactRow, toWire, wholeFactsText } from "./list.ts";
import type { EpochPosition, Position } from "./position.ts";
import type { FactOnWire } from "./schema.ts";

export interface LoggedFact {
  position: EpochPosition;
  /** Where a client that has read this one goes on from. */
  resume: EpochPosition;
  fact: FactOnWire;
  agent_id: string | null;
}

export interface LogPage {
  epoch: string;
  facts: LoggedFact[];
  /** The log has more below the horizon: the page was full. */
  hasMore: boolean;
  /** Facts are committed that an older transaction, still running, keeps from being read in order. */
  hasUnsettled: boolean;
}

/** Facts read at once, and bytes of their text: a client that is slow gets them at its own pace. */
const PAGE_SIZE = 500;
const PAGE_BYTES_MAX = 1024 * 1024;

interface PlacedRow extends FactRow {
  xid_text: string;
  is_settled: boolean;
}

const HORIZON = `select epoch, pg_snapshot_xmin(pg_current_snapshot())::text as xid from installation`;

/** Where a follower that wants only what happens from now on begins. */
export async function readHorizon(tx: ReadTx): Promise<EpochPosition> {
  const [row] = await tx.statement<{ epoch: string; xid: string }>("facts.horizon", HORIZON, []);
  if (!row) throw new Error("The database has no installation row.");
  // Transactions that commit from now on have this number or a greater one. Numbers of facts start at 1.
  return { epoch: row.epoch, xid: BigInt(row.xid), seq: 0n };
}

// `order by` takes a result column before a table's, so the number as text must not be named `xid`.
const FACTS_AFTER = wholeFactsText(
  "and (f.xid, f.seq) > ($2::xid8, $3::bigint) order by f.xid, f.seq",
  ", f.xid::text as xid_text, f.xid < pg_snapshot_xmin(pg_current_snapshot()) as is_settled",
);

export async function factsAfter(tx: ReadTx, { xid, seq }: Position, factsMax = PAGE_SIZE): Promise<LogPage> {
  const after = rowsOf<PlacedRow>("facts.after", FACTS_AFTER, [tx.workspace, String(xid), String(seq)]);
  const [{ rows, hasMore }, horizon] = await Promise.all([
    cappedRows(tx, after, factsMax, PAGE_BYTES_MAX),
    readHorizon(tx),
  ]);
  const settled = rows.findIndex((row) => !row.is_settled);
  const readable = settled === -1 ? rows : rows.slice(0, settled);
  return {
    epoch: horizon.epoch,
    facts: inOrder(
      readable.map((row) => loggedFact(row, horizon.epoch)),
      { epoch: horizon.epoch, xid, seq },
    ),
    hasMore: hasMore && readable.length === rows.length,
    hasUnsettled: readable.length < rows.length,
  };
}

/**
 * A transaction gets its number before it waits for a lock, so of two that met on one subject the later may have the
 * smaller one. Facts are numbered under the lock, so `seq` tells what happened first. Where the two orders differ, the
 * page is sent in the order of `seq`. Only its end is a place to resume from, so a client that loses its connection
 * within the page reads it again.
 */
function inOrder(page: LoggedFact[], start: EpochPosition): LoggedFact[] {
  const isOrdered = page.every(({ position }, index) => (page[index - 1]?.position.seq ?? 0n) < position.seq);
  const end = page.at(-1)?.position;
  if (isOrdered || !end) return page;
  const sorted = [...page].sort((a, b) => (a.position.seq < b.position.seq ? -1 : 1));
  return sorted.map((fact, index) => ({ ...fact, resume: index === sorted.length - 1 ? end : start }));
}

function loggedFact(row: PlacedRow, epoch: string): LoggedFact {
  const position = { epoch, xid: BigInt(row.xid_text), seq: row.seq };
  return { position, resume: position, fact: toWire(row), agent_id: row.agent_id };
}
