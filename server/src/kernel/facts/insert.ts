/** The only insert of facts. The database refuses to change or delete a fact, except to withdraw content (withdraw.ts). */
import { createHash } from "node:crypto";
import Type, { type Static } from "typebox";
import { uuidv7 } from "uuidv7";
import type { Actor } from "../actor.ts";
import { columnsOf, listOf, recordOf } from "../db/columns.ts";
import type { Tx } from "../db/tx.ts";
import { firstCharacters } from "../first-characters.ts";
import type { RequestInfo } from "../operation.ts";
import { Fields, Id, Nullable } from "../schema.ts";
import type { Fact } from "./fact.ts";

/**
 * Larger data is stored apart from the fact, so that lists do not read it and retention may delete it. The fact keeps
 * the size, the hash and the short fields.
 */
export const FACT_DATA_BYTES_MAX = 2 * 1024;
const FIELD_LENGTH_MAX = 500;

export interface FactEntry {
  actor: Actor;
  requestId: string;
  traceId: string | null;
  fact: Fact;
}

/** The columns of `facts` that the insert writes. The database adds the workspace, the position and the time. */
const FactColumns = Fields({
  id: Id,
  type: Type.String(),
  actor_kind: Type.String(),
  actor_id: Type.String(),
  key_id: Nullable(Id),
  subject_kind: Type.String(),
  subject_id: Id,
  agent_id: Nullable(Id),
  is_reported: Type.Boolean(),
  data: Type.Unknown(),
  request_id: Type.String(),
  trace_id: Nullable(Type.String()),
});
export type FactRow = Static<typeof FactColumns>;
const COLUMNS = columnsOf(FactColumns);

const INSERT = `insert into facts (workspace_id, ${listOf(COLUMNS)}) select $1::uuid, ${listOf(COLUMNS, "f")}`;
const FIELDS = `f(${recordOf(FactColumns, COLUMNS)})`;

const INSERT_FACTS = `${INSERT} from jsonb_to_recordset($2::jsonb) as ${FIELDS}`;

/**
 * Returns the part of a hot statement that stores one fact for each row of another part `s`. `$1` is the workspace. `fact`
 * is an expression over `s`: the record of `factRecord`, with the data that only the row has.
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

/** Returns the record for `insertFactsOf`; undefined when the data is too large for the row. */
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
  return shortData(data, text);
}

/** Returns the data in the form that lists have for much data. */
export function shortData(data: Record<string, unknown>, text = JSON.stringify(data)): Record<string, unknown> {
  return {
    ...shortFields(data),
    payload_bytes: Buffer.byteLength(text),
    payload_sha256: createHash("sha256").update(text).digest("hex"),
  };
}

/** Returns the beginning of long texts and all other short fields, or nothing when these are too many. */
function shortFields(data: Record<string, unknown>): Record<string, unknown> {
  const short = Object.entries(data).flatMap(([name, value]): [string, unknown][] => {
    if (typeof value === "string") return [[name, firstCharacters(value, FIELD_LENGTH_MAX)]];
    return (JSON.stringify(value) ?? "").length <= FIELD_LENGTH_MAX ? [[name, value]] : [];
  });
  const fields = Object.fromEntries(short);
  return Buffer.byteLength(JSON.stringify(fields)) <= FACT_DATA_BYTES_MAX ? fields : {};
}
