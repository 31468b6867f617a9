/** Readings of the fact log, newest first. */
import { sql } from "kysely";
import type { ReadTx } from "../kernel/db.ts";
import { CURSOR, listPage, type PageAsked, type Paged } from "../kernel/paging.ts";

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

declare module "../kernel/db.ts" {
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
    rows: ([before] = []) => factsBefore(tx, filters, before),
    key: (row) => [row.seq],
  });
}

function factsBefore(tx: ReadTx, filters: FactFilters, before: string | undefined) {
  let found = tx
    .selectFrom("facts as f")
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
    ])
    .where("f.workspace_id", "=", tx.workspace);
  const { type, actor_id, subject_id, agent_id, from, to } = filters;
  if (type?.endsWith(".")) found = found.where("f.type", "like", `${type.replaceAll(/[\\%_]/g, "\\$&")}%`);
  else if (type !== undefined) found = found.where("f.type", "=", type);
  if (type?.startsWith("governance.")) found = found.where("f.type", "like", "governance.%");
  if (actor_id !== undefined) found = found.where("f.actor_id", "=", actor_id);
  if (subject_id !== undefined) found = found.where("f.subject_id", "=", subject_id);
  if (agent_id !== undefined) found = found.where("f.agent_id", "=", agent_id);
  if (from !== undefined) found = found.where("f.created_at", ">=", from);
  if (to !== undefined) found = found.where("f.created_at", "<", to);
  if (before) found = found.where(sql<boolean>`f.seq < ${before}::bigint`);
  return found.orderBy("f.seq", "desc");
}
