/** Reads stored events, newest first. */
import { cappedRows, PAGE_BYTES_MAX, type Rows } from "../../kernel/db/capped-rows.ts";
import { columnsOf, listOf } from "../../kernel/db/columns.ts";
import type { ReadTx } from "../../kernel/db/tx.ts";
import {
  CURSOR,
  decodeCursor,
  encodeCursor,
  lastLookedAt,
  listCapped,
  type Paged,
  type PageRequest,
} from "../../kernel/paging.ts";
import { madeAtMs } from "../../kernel/schema.ts";
import { firstEventId } from "../event-ids.ts";
import type { RunRow } from "../run-schema.ts";
import { EventColumns, type EventRow } from "../schema.ts";

const COLUMNS = listOf(columnsOf(EventColumns));

export interface EventFilters {
  run_id?: string | undefined;
  task_id?: string | undefined;
  agent_id?: string | undefined;
  event_type?: string | undefined;
  status?: string | undefined;
}

/** The filters in the order in which an index of theirs is chosen. */
const INDEXED = ["run_id", "task_id", "agent_id", "event_type"] as const;

interface Window {
  /** The first id that is in it. */
  from: string;
  /** The first id that is not in it. */
  before: string;
}

const DAY_MS = 86_400_000;
/** A statement locks the partition of each day that it may read, with its indexes. */
const WINDOW_DAYS = [2, 7, 30] as const;

/** The newest first: short ones, because most pages end in them, and then longer ones. */
export function* windowsOf(untilMs: number, sinceMs: number): Generator<Window> {
  let end = untilMs;
  for (let number = 0; end > sinceMs; number++) {
    const days = WINDOW_DAYS[number] ?? 30;
    const start = Math.max(sinceMs, end - days * DAY_MS);
    yield { from: firstEventId(start), before: firstEventId(end) };
    end = start;
  }
}

/** Ids rise with the time of arrival. The list ends with the events of `sinceMs`. */
export async function listStored(
  tx: ReadTx,
  filters: EventFilters,
  { limit, cursor, sinceMs }: PageRequest & { sinceMs: number },
): Promise<Paged<EventRow>> {
  const [last] = decodeCursor(cursor, [CURSOR.id]) ?? [];
  // A second process may be ahead of the clock of this transaction.
  const untilMs = last === undefined ? tx.now.getTime() + DAY_MS : madeAtMs(last) + 1;
  const items: EventRow[] = [];
  let bytes = 0;
  // The cursor is in the first window.
  let position = cursor;
  for (const window of windowsOf(untilMs, sinceMs)) {
    const isFull = items.length === limit || bytes >= PAGE_BYTES_MAX;
    const request = { limit: isFull ? 1 : limit - items.length, cursor: position };
    const page = await listCapped(tx, request, listing(tx, filters, window), PAGE_BYTES_MAX - bytes + 1);
    position = undefined;
    const end = items.at(-1);
    // A row of a later window shows that the list goes on.
    if (isFull && end && page.items.length + Number(page.next_cursor !== null) > 0)
      return { items, next_cursor: encodeCursor([end.id]) };
    items.push(...page.items);
    bytes += page.items.reduce((sum, { payload }) => sum + JSON.stringify(payload).length, 0);
    if (page.next_cursor !== null) return { items, next_cursor: page.next_cursor };
  }
  return { items, next_cursor: null };
}

function listing(
  tx: ReadTx,
  filters: EventFilters,
  { from, before }: Window,
): Parameters<typeof listCapped<EventRow>>[2] {
  const ids = (after: string | undefined, end: string | undefined) => ({ before: after ?? before, from: end ?? from });
  return {
    shapes: [CURSOR.id],
    end: async ([after] = []) => {
      const indexed = INDEXED.find((name) => filters[name] !== undefined);
      const others = Object.entries(filters).filter(([name, value]) => name !== indexed && value !== undefined);
      if (others.length === 0) return;
      const own = indexed === undefined ? {} : { [indexed]: filters[indexed] };
      const last = await lastLookedAt(tx, eventRows(tx, "id", own, ids(after, undefined)));
      return last && { at: [last.id] };
    },
    rows: ([after] = [], _rowsMax, end) => eventRows(tx, COLUMNS, filters, ids(after, end?.[0]?.toString())),
    key: ({ id }) => [id],
  };
}

function eventRows(tx: ReadTx, columns: string, filters: EventFilters, { from, before }: Window): Rows<EventRow> {
  const parameters: unknown[] = [tx.workspace, from, before];
  const conditions = ["workspace_id = $1", "id >= $2", "id < $3"];
  for (const name of [...INDEXED, "status"] as const) {
    if (filters[name] !== undefined) conditions.push(`${name} = $${parameters.push(filters[name])}`);
  }
  // Without a name, the statement is planned for these ids, and opens no other day.
  const sql = `select ${columns} from obs_events where ${conditions.join(" and ")} order by id desc`;
  return { compile: () => ({ sql, parameters }) };
}

const FIND = `select ${COLUMNS} from obs_events where workspace_id = $1 and id = $2`;

export async function findStored(tx: ReadTx, id: string): Promise<EventRow | undefined> {
  const [row] = await tx.statement<EventRow>("obs.event", FIND, [tx.workspace, id]);
  return row;
}

/** The events of a run in the order of their arrival. */
export async function listOfRun(
  tx: ReadTx,
  { run_id, first_event_id, last_event_id }: RunRow,
  most: number,
): Promise<{ rows: EventRow[]; hasMore: boolean }> {
  const sql = `select ${COLUMNS} from obs_events
    where workspace_id = $1 and run_id = $2 and id >= $3 and id <= $4 order by id`;
  return cappedRows(
    tx,
    { compile: () => ({ sql, parameters: [tx.workspace, run_id, first_event_id, last_event_id] }) },
    most,
  );
}
