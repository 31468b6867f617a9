/** The one insert that stores facts. The database lets nobody change or delete them. */
import { createHash } from "node:crypto";
import { uuidv7 } from "uuidv7";
import type { Actor } from "../actor.ts";
import type { Tx } from "../db/tx.ts";
import type { RequestInfo } from "../operation.ts";
import type { Fact } from "./fact.ts";

/** Larger data is stored apart from the fact, so that retention may delete it. The fact keeps its hash. */
export const FACT_DATA_BYTES_MAX = 8 * 1024;

export interface FactEntry {
  actor: Actor;
  requestId: string;
  traceId: string | null;
  fact: Fact;
}

export interface FactRow {
  id: string;
  type: string;
  actor_kind: string;
  actor_id: string;
  key_id: string | null;
  subject_kind: string;
  subject_id: string;
  agent_id: string | null;
  is_reported: boolean;
  data: unknown;
  request_id: string;
  trace_id: string | null;
}

const INSERT = `insert into facts (workspace_id, id, type, actor_kind, actor_id, key_id, subject_kind, subject_id,
  agent_id, is_reported, data, request_id, trace_id)
select $1::uuid, f.id, f.type, f.actor_kind, f.actor_id, f.key_id, f.subject_kind, f.subject_id, f.agent_id,
  f.is_reported, f.data, f.request_id, f.trace_id`;
const FIELDS = `f(id uuid, type text, actor_kind text, actor_id text, key_id uuid, subject_kind text, subject_id uuid,
  agent_id uuid, is_reported boolean, data jsonb, request_id text, trace_id text)`;

const INSERT_FACTS = `${INSERT} from jsonb_to_recordset($2::jsonb) as ${FIELDS}`;

/**
 * Stores one fact for each row of a part of a hot statement, whose `$1` is the workspace. `fact` is an expression over the
 * part `s`: what `factRecord` made, and what only the row knows.
 */
export function insertFactsOf(part: string, fact = "s.fact"): string {
  return `${INSERT} from ${part} s cross join lateral jsonb_to_record(${fact}) as ${FIELDS}`;
}

const INSERT_PAYLOADS = `
insert into fact_payloads (workspace_id, fact_id, payload)
select $1::uuid, p.fact_id, p.payload from json_to_recordset($2::json) as p(fact_id uuid, payload json)`;

export async function insertFacts(tx: Tx, entries: readonly FactEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const payloads: string[] = [];
  const rows = entries.map((entry) => factRow(entry, payloads));
  const stored = tx.statement("facts.insert", INSERT_FACTS, [tx.workspace, JSON.stringify(rows)]);
  if (payloads.length > 0) {
    await stored;
    await tx.statement("facts.insert-payloads", INSERT_PAYLOADS, [tx.workspace, `[${payloads.join(",")}]`]);
  }
  await stored;
}

/** The fact as `insertFactsOf` stores it; undefined for one that is too large to stand in its row. */
export function factRecord(
  { actor, request }: { actor: Actor; request: RequestInfo },
  fact: Fact,
): FactRow | undefined {
  const payloads: string[] = [];
  const row = factRow({ actor, requestId: request.id, traceId: request.trace_id, fact }, payloads);
  return payloads.length > 0 ? undefined : row;
}

function factRow({ actor, requestId, traceId, fact }: FactEntry, payloads: string[]): FactRow {
  const id = fact.id ?? uuidv7();
  return {
    id,
    type: fact.type,
    actor_kind: actor.kind,
    actor_id: actor.id,
    key_id: actor.key_id,
    subject_kind: fact.subject.kind,
    subject_id: fact.subject.id,
    agent_id: fact.agent_id ?? agentOf(actor, fact),
    is_reported: fact.is_reported ?? false,
    data: factData(id, fact.data, payloads),
    request_id: requestId,
    trace_id: traceId,
  };
}

function agentOf(actor: Actor, fact: Fact): string | null {
  if (fact.subject.kind === "agent") return fact.subject.id;
  return actor.kind === "agent" ? actor.id : null;
}

function factData(id: string, data: Record<string, unknown>, payloads: string[]): unknown {
  const text = JSON.stringify(data);
  // A character is at most three bytes of UTF-8, so short texts need no count.
  if (text.length * 3 <= FACT_DATA_BYTES_MAX || Buffer.byteLength(text) <= FACT_DATA_BYTES_MAX) return data;
  payloads.push(`{"fact_id":"${id}","payload":${text}}`);
  return {
    payload_bytes: Buffer.byteLength(text),
    payload_sha256: createHash("sha256").update(text).digest("hex"),
  };
}
