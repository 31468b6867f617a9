/** Reads the fact log. Nothing outside this folder reads its tables. */

import { escapeLike } from "../db/any-of.ts";
import { cappedRows, type Rows, rowsOf } from "../db/capped-rows.ts";
import type { ReadTx } from "../db/tx.ts";
import { CURSOR, type End, lastLookedAt, listPage, type Paged, type PageRequest } from "../paging.ts";
import { isUuid } from "../schema.ts";
import type { FactOnWire } from "./schema.ts";

export interface FactRow {
  id: string;
  type: string;
  actor_kind: FactOnWire["actor"]["kind"];
  actor_id: string;
  key_id: string | null;
  subject_kind: string;
  subject_id: string;
  agent_id: string | null;
  data: Record<string, unknown>;
  request_id: string;
  trace_id: string | null;
  created_at: string;
  seq: bigint;
}

/** The text of lists, without data that is stored apart. `$1` is the workspace; `rest` narrows and orders the facts. */
function factsText(rest: string): string {
  return selectFacts({ data: "f.data", rest });
}

/** The text that reads facts with all their data. */
export function wholeFactsText(rest: string, more = ""): string {
  const payloads = "left join fact_payloads p on p.workspace_id = f.workspace_id and p.fact_id = f.id";
  return selectFacts({ data: "coalesce(p.payload, f.data::json)", more, join: payloads, rest });
}

function selectFacts({ data, more = "", join = "", rest }: Record<"data" | "rest", string> & TextParts): string {
  return `select f.id, f.type, f.actor_kind, f.actor_id, f.key_id, f.subject_kind, f.subject_id, f.agent_id,
  ${data} as data, f.request_id, f.trace_id, f.created_at, f.seq${more}
from facts f ${join} where f.workspace_id = $1 ${rest}`;
}

interface TextParts {
  more?: string;
  join?: string;
}

export function toWire(row: FactRow): FactOnWire {
  const { id, type, data, request_id, trace_id, created_at } = row;
  return {
    id,
    type,
    actor: { kind: row.actor_kind, id: row.actor_id, key_id: row.key_id },
    subject: { kind: row.subject_kind, id: row.subject_id },
    data,
    request_id,
    trace_id,
    created_at,
  };
}

export interface FactFilters {
  /** Exact, or an area with its dot. */
  type?: string | undefined;
  actor_id?: string | undefined;
  subject_id?: string | undefined;
  agent_id?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

/** Newest first. */
export function listFacts(tx: ReadTx, filters: FactFilters, page: PageRequest): Promise<Paged<FactRow>> {
  const { type, actor_id: actor, ...others } = filters;
  const isAlone = Object.values(others).every((filter) => filter === undefined);
  if (isAlone && type === undefined && actor !== undefined) return listBy(tx, actor, page);
  if (isAlone && type?.endsWith(".") && actor === undefined) return listOfArea(tx, type, page);
  return listPage(tx, page, {
    shapes: [CURSOR.integer],
    end: ([before] = []) => endOfLook(tx, filters, before),
    rows: ([before] = [], _rowsMax, end) => {
      const { parameters, conditions, where } = indexed(tx, filters, before);
      narrow(filters, where);
      if (end !== undefined) where("f.seq >= ?::bigint", end[0]);
      return { compile: () => ({ sql: factsText(`${conditions()} order by f.seq desc`), parameters }) };
    },
    key: (row) => [String(row.seq)],
  });
}

/** Texts whose parameters are the workspace, the place before which they read, and the rows that are needed. */
function listByText(tx: ReadTx, page: PageRequest, name: string, text: string, more: readonly unknown[]) {
  return listPage(tx, page, {
    shapes: [CURSOR.integer],
    rows: ([before = null] = [], rowsMax) => rowsOf<FactRow>(name, text, [tx.workspace, before, rowsMax, ...more]),
    key: (row) => [String(row.seq)],
  });
}

const BEFORE = "and ($2::bigint is null or f.seq < $2)";
const NEWEST = "order by f.seq desc limit $3";

/** Two indexes hold what an actor did: the agent's own holds what it did to itself, the other all the rest. */
const BY_ACTOR = `select * from (
  (${factsText(`and f.actor_id = $4 and (f.agent_id is null or f.agent_id::text <> f.actor_id) ${BEFORE} ${NEWEST}`)})
  union all
  (${factsText(`and f.agent_id = $5::uuid and f.actor_id = $4 ${BEFORE} ${NEWEST}`)})) f
order by f.seq desc`;

function listBy(tx: ReadTx, actor: string, page: PageRequest): Promise<Paged<FactRow>> {
  return listByText(tx, page, "facts.by-actor", BY_ACTOR, [actor, isUuid(actor) ? actor : null]);
}

/** The types of an area that the log has, each found behind the one before it. */
const TYPES = `with recursive types as (
  (select type from facts where workspace_id = $1 and type >= $2 and type < $3 order by type limit 1)
  union all
  select (select f.type from facts f where f.workspace_id = $1 and f.type > t.type and f.type < $3 order by f.type limit 1)
  from types t where t.type is not null
)
select type from types where type is not null`;

async function listOfArea(tx: ReadTx, area: string, page: PageRequest): Promise<Paged<FactRow>> {
  // The character after the dot.
  const end = `${area.slice(0, -1)}/`;
  const types = await tx.statement<{ type: string }>("facts.types", TYPES, [tx.workspace, area, end]);
  return listOfTypes(tx, { types: types.map(({ type }) => type) }, page);
}

const OF_TYPES = `select f.* from unnest($4::text[]) as t(type) cross join lateral (
  ${factsText(`and f.type = t.type and (f.type <> $5 or f.data ? $6) ${BEFORE} ${NEWEST}`)}) f
order by f.seq desc`;
const OF_TYPES_OF_ONE = factsText(`and f.type = any($4::text[]) and (f.type <> $5 or f.data ? $6) ${BEFORE}
  and ($7::uuid is null or f.agent_id = $7) and ($8::uuid is null or f.subject_id = $8) and $3::int is not null
order by f.seq desc`);

export interface TypeFilter {
  types: readonly string[];
  /** Of this type only those whose data have the field. */
  only?: { type: string; with: string };
  agent_id?: string | undefined;
  subject_id?: string | undefined;
}

/** Facts of some types, each type by its index; those of one agent or subject by theirs. Newest first. */
export function listOfTypes(tx: ReadTx, filter: TypeFilter, page: PageRequest): Promise<Paged<FactRow>> {
  const { types, only = { type: "", with: "" }, agent_id = null, subject_id = null } = filter;
  const values = [[...types], only.type, only.with];
  if (agent_id === null && subject_id === null) return listByText(tx, page, "facts.of-types", OF_TYPES, values);
  return listByText(tx, page, "facts.of-types-of-one", OF_TYPES_OF_ONE, [...values, agent_id, subject_id]);
}

/** A condition on the facts, in which `?` stands for the value. */
type Where = (condition: string, value: unknown) => void;

/** The part of the log that an index knows: all of it, one subject, one agent, or one type. */
function indexed(tx: ReadTx, filters: FactFilters, before: string | undefined) {
  const parameters: unknown[] = [tx.workspace];
  const conditions: string[] = [];
  const where: Where = (condition, value) => {
    if (value === undefined) return;
    parameters.push(value);
    conditions.push(condition.replace("?", `$${parameters.length}`));
  };
  where("f.subject_id = ?", filters.subject_id);
  where("f.agent_id = ?", filters.agent_id);
  if (isByType(filters)) where("f.type = ?", filters.type);
  where("f.seq < ?::bigint", before);
  return { parameters, where, conditions: () => conditions.map((condition) => `and ${condition} `).join("") };
}

function isByType({ type, subject_id, agent_id }: FactFilters): boolean {
  return type !== undefined && !type.endsWith(".") && subject_id === undefined && agent_id === undefined;
}

function narrow(filters: FactFilters, where: Where): void {
  const { type, actor_id, from, to } = filters;
  if (type?.endsWith(".")) where("f.type like ?", `${escapeLike(type)}%`);
  else if (!isByType(filters)) where("f.type = ?", type);
  where("f.actor_id = ?", actor_id);
  where("f.created_at >= ?", from);
  where("f.created_at < ?", to);
}

/** An actor, a time or a further type that is rare would have the whole log read. */
async function endOfLook(tx: ReadTx, filters: FactFilters, before: string | undefined): Promise<End | undefined> {
  const { type, actor_id, from, to, subject_id, agent_id } = filters;
  const [, ...more] = [subject_id, agent_id].filter((filter) => filter !== undefined);
  const others = [isByType(filters) ? undefined : type, actor_id, from, to, ...more];
  if (others.every((filter) => filter === undefined)) return;
  const { parameters, conditions } = indexed(tx, filters, before);
  const sql = `select f.seq, f.created_at from facts f where f.workspace_id = $1 ${conditions()} order by f.seq desc`;
  const looked: Rows<Pick<FactRow, "seq" | "created_at">> = { compile: () => ({ sql, parameters }) };
  const last = await lastLookedAt(tx, looked);
  return last && { at: [String(last.seq)], isLast: from !== undefined && isLongBefore(last.created_at, from) };
}

/** A transaction numbers its facts later than it dates them, so older facts may be a little newer by their date. */
const DATES_DIFFER_MS_MAX = 5 * 60_000;

function isLongBefore(time: string, from: string): boolean {
  return Date.parse(time) < Date.parse(from) - DATES_DIFFER_MS_MAX;
}

const OF_SUBJECT = (order: "asc" | "desc") =>
  factsText(`and f.subject_id = $2 and f.type like $3 and ($4::bigint is null or f.seq > $4::bigint)
order by f.seq ${order}`);

export interface SubjectFilter {
  subject_id: string;
  /** An area with its dot. */
  type: string;
}

function ofSubject(
  tx: ReadTx,
  { subject_id, type }: SubjectFilter,
  order: "asc" | "desc",
  after: string | null,
): Rows<FactRow> {
  const values = [tx.workspace, subject_id, `${escapeLike(type)}%`, after];
  return rowsOf<FactRow>(`facts.of-subject-${order}`, OF_SUBJECT(order), values);
}

/** The newest facts of one subject, as many as fit on a page, oldest first. */
export async function lastFactsOf(tx: ReadTx, of: SubjectFilter, limit: number): Promise<FactRow[]> {
  const { rows } = await cappedRows(tx, ofSubject(tx, of, "desc", null), limit);
  return rows.reverse();
}

/** The facts of one subject in the order they happened. */
export function listFactsOf(tx: ReadTx, of: SubjectFilter, page: PageRequest): Promise<Paged<FactRow>> {
  return listPage(tx, page, {
    shapes: [CURSOR.integer],
    rows: ([seq = null] = []) => ofSubject(tx, of, "asc", seq),
    key: (row) => [String(row.seq)],
  });
}

const KEYS_OF = `select subject_id, key_id from facts
  where workspace_id = $1 and subject_id = any($2::uuid[]) and type = $3 and key_id is not null`;

/** By subject: the key that the fact of this type was written with, if one was. */
export async function listKeysOf(tx: ReadTx, type: string, subjects: readonly string[]): Promise<Map<string, string>> {
  const values = [tx.workspace, [...subjects], type];
  const rows = await tx.statement<{ subject_id: string; key_id: string }>("facts.keys-of", KEYS_OF, values);
  return new Map(rows.map(({ subject_id, key_id }) => [subject_id, key_id]));
}

const NEWEST_OF_SUBJECTS = `select f.subject_id, f.data from unnest($2::uuid[]) as s(id) cross join lateral (
  select subject_id, data from facts where workspace_id = $1 and subject_id = s.id and type = $3
  order by seq desc limit 1) f`;

/** The newest fact of this type about each of the subjects. */
export async function newestOfSubjects(
  tx: ReadTx,
  subjects: readonly string[],
  type: string,
): Promise<Pick<FactRow, "subject_id" | "data">[]> {
  if (subjects.length === 0) return [];
  return tx.statement("facts.newest-of-subjects", NEWEST_OF_SUBJECTS, [tx.workspace, [...subjects], type]);
}

/** A part of a statement in which `$1` is the workspace: the newest facts of the agent, as a table to join. */
export function newestOfAgent(agentId: string, factsMax: number): string {
  return `(select type, subject_id, agent_id, created_at, data from facts
      where workspace_id = $1 and agent_id = ${agentId} order by seq desc limit ${factsMax})`;
}

export interface Hand {
  /** A person, if it was one. */
  user_id: string | null;
  /** The key that was used, if any. */
  key_id: string | null;
}

const HANDS = `select distinct case when actor_kind = 'user' then actor_id end as user_id, key_id from facts
where workspace_id = $1 and subject_id = any($2::uuid[]) and type = any($3::text[])`;

/** Returns the writers of the facts of these types about the subjects. */
export async function listHands(tx: ReadTx, types: readonly string[], subjects: readonly string[]): Promise<Hand[]> {
  return tx.statement<Hand>("facts.hands", HANDS, [tx.workspace, [...subjects], [...types]]);
}
