/** Reads facts with all their data, which may be stored apart. */
import { escapeLike } from "../db/any-of.ts";
import { type CappedRows, cappedRows, rowsOf } from "../db/capped-rows.ts";
import type { ReadTx } from "../db/tx.ts";
import { type Listed, type Paged, pageOf } from "../paging.ts";
import { INCLUDED_BYTES_MAX } from "../schema.ts";
import { type FactRow, type SubjectFilter, toWire, wholeFactsText } from "./list.ts";
import type { Position } from "./position.ts";
import type { FactOnWire } from "./schema.ts";

const PAYLOADS = `select w.id, p.payload from unnest($2::uuid[]) with ordinality w(id, place)
  left join fact_payloads p on p.workspace_id = $1 and p.fact_id = w.id
order by w.place`;

/** Returns the facts with all their data. The page ends before the fact that would exceed its bytes. */
export async function withPayloads(tx: ReadTx, page: Paged<FactRow>): Promise<Listed<FactRow>> {
  const apart = page.items.filter(isStoredApart).map(({ id }) => id);
  if (apart.length === 0) return { ...page, isCut: false };
  const query = rowsOf<{ id: string; payload: FactRow["data"] | null }>("facts.payloads", PAYLOADS, [
    tx.workspace,
    apart,
  ]);
  const { rows } = await cappedRows(tx, query, apart.length, INCLUDED_BYTES_MAX);
  const payloads = new Map(rows.map(({ id, payload }) => [id, payload]));
  const end = page.items.findIndex((fact) => isStoredApart(fact) && !payloads.has(fact.id));
  const items = page.items
    .slice(0, end === -1 ? page.items.length : end)
    .map((fact) => ({ ...fact, data: payloads.get(fact.id) ?? fact.data }));
  if (end === -1) return { ...page, items, isCut: false };
  return { ...pageOf(items, true, ({ seq }) => [String(seq)]), isCut: true };
}

/** Returns true for data with the short fields alone. A caller can write data that look so. */
export function isStoredApart({ data }: Pick<FactRow, "data">): boolean {
  return typeof data.payload_sha256 === "string";
}

const ONE = wholeFactsText("and f.subject_id = $2 and f.id = $3 and f.type like $4");

/** Returns one fact of a subject with all its data. */
export async function findFactOf(
  tx: ReadTx,
  { subject_id, type }: SubjectFilter,
  id: string,
): Promise<FactRow | undefined> {
  const values = [tx.workspace, subject_id, id, `${escapeLike(type)}%`];
  const [fact] = await tx.statement<FactRow>("facts.get", ONE, values);
  return fact;
}

const FENCED = wholeFactsText(`and f.subject_id = $2 and f.type = $3
  and ($4::text is null or f.actor_kind = 'agent' and f.actor_id = $4)
  and (coalesce(p.payload::jsonb, f.data)->>'fence')::int = $5 limit 1`);

/** Returns a fact of the type about the subject that this agent, or any actor, wrote under this fence. */
export async function findFenced(
  tx: ReadTx,
  type: string,
  { subject_id, agent_id, fence }: { subject_id: string; agent_id?: string; fence: number },
): Promise<FactRow | undefined> {
  const values = [tx.workspace, subject_id, type, agent_id ?? null, fence];
  const [row] = await tx.statement<FactRow>("facts.fenced", FENCED, values);
  return row;
}

const NEWEST_OF_TYPE = wholeFactsText(`and f.subject_id = $2 and f.type = $3 and ($4::uuid is null or f.id = $4)
order by f.seq desc limit 1`);

/** Returns the newest fact of the type about the subject, or the one with this id. */
export async function findOfType(
  tx: ReadTx,
  type: string,
  { subject_id, id = null }: { subject_id: string; id?: string | null },
): Promise<FactRow | undefined> {
  const [row] = await tx.statement<FactRow>("facts.newest-of-type", NEWEST_OF_TYPE, [
    tx.workspace,
    subject_id,
    type,
    id,
  ]);
  return row;
}

/** A part of a statement in which `$1` is the workspace: the newest fact of the type about a subject, to join laterally. */
export function newestOfSubject(subjectId: string, type: string, condition: string): string {
  return `(select f.id as fact_id, coalesce(p.payload, f.data::json) as fact_data, f.created_at as fact_created_at
      from facts f left join fact_payloads p on p.workspace_id = f.workspace_id and p.fact_id = f.id
      where ${condition} and f.workspace_id = $1 and f.subject_id = ${subjectId} and f.type = '${type}'
      order by f.seq desc limit 1)`;
}

const AT = wholeFactsText("and f.seq = $2 and f.id = $3");

/** Returns a fact with all its data. Without its number, the fact is found by its subject. */
export async function findFact(
  tx: ReadTx,
  { id, type, subject_id, seq }: { id: string; type: string; subject_id: string; seq: bigint | null },
): Promise<FactOnWire | undefined> {
  const [at] = seq === null ? [] : await tx.statement<FactRow>("facts.at", AT, [tx.workspace, String(seq), id]);
  const row = at ?? (await findFactOf(tx, { subject_id, type }, id));
  return row && toWire(row);
}

const AT_PLACES = wholeFactsText(
  "and f.seq = any($2::bigint[]) order by array_position($2::bigint[], f.seq)",
  ", f.redaction_id",
);

/** Returns the facts with these numbers in the order of the numbers, with all their data, as many as fit on a page. */
export function factsAt(
  tx: ReadTx,
  seqs: readonly bigint[],
): Promise<CappedRows<FactRow & { redaction_id: string | null }>> {
  const places = rowsOf<FactRow & { redaction_id: string | null }>("facts.at-places", AT_PLACES, [
    tx.workspace,
    seqs.map(String),
  ]);
  return cappedRows(tx, places, Math.max(seqs.length, 1));
}

/** A fact to look for: the newest of these types about the subject. */
export interface Sought {
  name: string;
  subject_id: string;
  types: readonly string[];
}

const AS_OF = `select w.name, f.* from jsonb_to_recordset($2::jsonb) as w(name text, subject_id uuid, types jsonb)
cross join lateral (${wholeFactsText(
  "and f.subject_id = w.subject_id and w.types ? f.type and f.seq <= $3::bigint order by f.seq desc limit 1",
)}) f`;

/** Returns by name the facts that stood when the fact with this number was stored. */
export async function factsAsOf(tx: ReadTx, seq: bigint, sought: readonly Sought[]): Promise<Map<string, FactRow>> {
  if (sought.length === 0) return new Map();
  const values = [tx.workspace, JSON.stringify(sought), String(seq)];
  const rows = await tx.statement<FactRow & { name: string }>("facts.as-of", AS_OF, values);
  return new Map(rows.map(({ name, ...row }) => [name, row]));
}

/** Facts behind a place of the log that are examined for an id. */
const BEHIND_MAX = 20_000;
const BEHIND = `select n.seq from (select f.id, f.seq from facts f where f.workspace_id = $1
  and (f.xid, f.seq) > ($2::xid8, $3::bigint) order by f.xid, f.seq limit ${BEHIND_MAX}) n where n.id = $4::uuid`;

/** Returns the number of a fact that stands behind a place of the log. */
export async function findBehind(tx: ReadTx, { xid, seq }: Position, id: string): Promise<bigint | undefined> {
  const values = [tx.workspace, String(xid), String(seq), id];
  const [row] = await tx.statement<{ seq: bigint }>("facts.behind", BEHIND, values);
  return row?.seq;
}
