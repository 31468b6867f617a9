/** Reads stored events, newest first. */
import { cappedRows, type Rows } from "../../kernel/db/capped-rows.ts";
import { columnsOf, listOf } from "../../kernel/db/columns.ts";
import type { ReadTx } from "../../kernel/db/tx.ts";
import { CURSOR, lastLookedAt, listPage, type Paged, type PageRequest } from "../../kernel/paging.ts";
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

/** Ids rise with the time of arrival. */
export function listStored(tx: ReadTx, filters: EventFilters, page: PageRequest): Promise<Paged<EventRow>> {
  return listPage(tx, page, {
    shapes: [CURSOR.id],
    end: async ([before] = []) => {
      const indexed = INDEXED.find((name) => filters[name] !== undefined);
      const others = Object.entries(filters).filter(([name, value]) => name !== indexed && value !== undefined);
      if (others.length === 0) return;
      const own = indexed === undefined ? {} : { [indexed]: filters[indexed] };
      const last = await lastLookedAt(tx, eventRows(tx, "id", own, before, undefined));
      return last && { at: [last.id] };
    },
    rows: ([before] = [], _rowsMax, end) => eventRows(tx, COLUMNS, filters, before, end?.[0]?.toString()),
    key: ({ id }) => [id],
  });
}

function eventRows(
  tx: ReadTx,
  columns: string,
  filters: EventFilters,
  before: string | undefined,
  from: string | undefined,
): Rows<EventRow> {
  const parameters: unknown[] = [tx.workspace];
  const conditions = ["workspace_id = $1"];
  const where = (condition: string, value: unknown) => {
    if (value === undefined) return;
    parameters.push(value);
    conditions.push(condition.replace("?", `$${parameters.length}`));
  };
  for (const name of [...INDEXED, "status"] as const) where(`${name} = ?`, filters[name]);
  where("id < ?", before);
  where("id >= ?", from);
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
  runId: string,
  most: number,
): Promise<{ rows: EventRow[]; hasMore: boolean }> {
  const sql = `select ${COLUMNS} from obs_events where workspace_id = $1 and run_id = $2 order by id`;
  return cappedRows(tx, { compile: () => ({ sql, parameters: [tx.workspace, runId], name: "obs.of-run" }) }, most);
}
