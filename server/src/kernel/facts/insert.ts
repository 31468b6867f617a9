/** The one insert that stores facts. The database lets nobody change or delete them. */
import { createHash } from "node:crypto";
import { uuidv7 } from "uuidv7";
import type { Actor } from "../actor.ts";
import type { Tx } from "../db/db.ts";
import type { Fact } from "../operation.ts";

/** Larger data lies beside the fact, which keeps its hash, so that retention may trim it. Bytes of JSON. */
export const FACT_DATA_BYTES_MAX = 8 * 1024;

export interface FactEntry {
  actor: Actor;
  requestId: string;
  traceId: string | null;
  fact: Fact;
}

interface FactRow {
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

const INSERT_FACTS = `
insert into facts (workspace_id, id, type, actor_kind, actor_id, key_id, subject_kind, subject_id, agent_id,
  is_reported, data, request_id, trace_id)
select $1::uuid, f.id, f.type, f.actor_kind, f.actor_id, f.key_id, f.subject_kind, f.subject_id, f.agent_id,
  f.is_reported, f.data, f.request_id, f.trace_id
from jsonb_to_recordset($2::jsonb) as f(id uuid, type text, actor_kind text, actor_id text, key_id uuid,
  subject_kind text, subject_id uuid, agent_id uuid, is_reported boolean, data jsonb, request_id text, trace_id text)`;

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
    data: factData(id, fact.data ?? {}, payloads),
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
