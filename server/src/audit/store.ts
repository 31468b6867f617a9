/** Readings of the fact log, newest first. */
import { sql } from "kysely";
import type { ReadTx } from "../kernel/db/db.ts";
import { CURSOR, LOOKED_AT_MAX, listPage, type PageAsked, type Paged } from "../kernel/paging.ts";

interface FactTable {
  workspace_id: string;
  id: string;
  xid: string;
  seq: bigint;
  type: string;
  actor_kind: "user" | "agent" | "service" | "system";
  actor_id: string;
  key_id: string | null;
  subject_kind: string;
  subject_id: string;
  agent_id: string | null;
  data: Record<string, unknown>;
  request_id: string;
  trace_id: string | null;
  created_at: string;
}

declare module "../kernel/db/db.ts" {
  interface Tables {
    facts: FactTable;
    fact_payloads: { workspace_id: string; fact_id: string; payload: unknown };
  }
}

export interface FactFilters {
  /** Exact, or a prefix that ends in a dot. */
  type?: string | undefined;
  actor_id?: string | undefined;
  subject_id?: string | undefined;
  agent_id?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

type FactRow = Omit<FactTable, "workspace_id" | "xid" | "seq"> & { seq: string };

export function listFacts(tx: ReadTx, filters: FactFilters, asked: PageAsked): Promise<Paged<FactRow>> {
  return listPage(tx, asked, {
    shapes: [CURSOR.integer],
    end: ([before] = []) => lastLookedAt(tx, filters, before),
    rows: ([before] = [], _rowsMax, end) => factsBefore(tx, filters, { before, end: end?.[0] }),
    key: (row) => [row.seq],
  });
}

const GOVERNANCE = "governance.";

/** The part of the log that an index knows: all of it, one subject, one agent, or what governs. */
function indexed(tx: ReadTx, { type, subject_id, agent_id }: FactFilters, before: string | undefined) {
  let found = tx.selectFrom("facts as f").where("f.workspace_id", "=", tx.workspace);
  if (subject_id !== undefined) found = found.where("f.subject_id", "=", subject_id);
  if (agent_id !== undefined) found = found.where("f.agent_id", "=", agent_id);
  if (type?.startsWith(GOVERNANCE)) found = found.where("f.type", "like", "governance.%");
  if (before !== undefined) found = found.where(sql<boolean>`f.seq < ${before}::bigint`);
  return found;
}

/** A type, an actor or a time that is rare would have the whole log read. */
async function lastLookedAt(tx: ReadTx, filters: FactFilters, before: string | undefined) {
  const { type, actor_id, from, to, subject_id, agent_id } = filters;
  const governance = type === GOVERNANCE ? type : undefined;
  const [, ...more] = [subject_id, agent_id, governance].filter((filter) => filter !== undefined);
  const others = [governance === undefined ? type : undefined, actor_id, from, to, ...more];
  if (others.every((filter) => filter === undefined)) return;
  const last = await indexed(tx, filters, before)
    .select(sql<string>`f.seq::text`.as("seq"))
    .orderBy("f.seq", "desc")
    .offset(LOOKED_AT_MAX - 1)
    .limit(1)
    .executeTakeFirst();
  return last && [last.seq];
}

interface Range {
  before: string | undefined;
  end: string | number | undefined;
}

function factsBefore(tx: ReadTx, filters: FactFilters, { before, end }: Range) {
  let found = indexed(tx, filters, before)
    .leftJoin("fact_payloads as p", (join) =>
      join.onRef("p.workspace_id", "=", "f.workspace_id").onRef("p.fact_id", "=", "f.id"),
    )
    .select([
      "f.id",
      "f.type",
      "f.actor_kind",
      "f.actor_id",
      "f.key_id",
      "f.subject_kind",
      "f.subject_id",
      "f.agent_id",
      sql<Record<string, unknown>>`coalesce(p.payload, f.data::json)`.as("data"),
      "f.request_id",
      "f.trace_id",
      "f.created_at",
      sql<string>`f.seq::text`.as("seq"),
    ]);
  const { type, actor_id, from, to } = filters;
  if (type?.endsWith(".")) found = found.where("f.type", "like", `${type.replaceAll(/[\\%_]/g, "\\$&")}%`);
  else if (type !== undefined) found = found.where("f.type", "=", type);
  if (actor_id !== undefined) found = found.where("f.actor_id", "=", actor_id);
  if (from !== undefined) found = found.where("f.created_at", ">=", from);
  if (to !== undefined) found = found.where("f.created_at", "<", to);
  if (end !== undefined) found = found.where(sql<boolean>`f.seq >= ${end}::bigint`);
  return found.orderBy("f.seq", "desc");
}
