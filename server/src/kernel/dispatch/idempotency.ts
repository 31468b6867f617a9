/** A command that is sent twice with one key runs once. The stored answer commits together with the change. */
import { createHash } from "node:crypto";
import Type, { type Static } from "typebox";
import { type CutAnswer, cutAnswer, fillAnswer, type KeptValues } from "../cut-answer.ts";
import { columnsOf, listOf, recordOf } from "../db/columns.ts";
import type { Tx } from "../db/tx.ts";
import { sortedJson } from "../document-rules.ts";
import type { SecretBox } from "../environment.ts";
import { Problem, type ProblemCode, type ProblemDetails } from "../problem.ts";
import { Fields, Nullable } from "../schema.ts";

export const IDEMPOTENCY_KEY_LENGTH_MAX = 255;

export interface KeyedCall {
  credential: string;
  key: string;
  operation: string;
  input: Readonly<Record<string, unknown>>;
  inputHash: string;
  /** The values of the answer that rows keep. */
  keeps: KeptValues | undefined;
  /** The size of the stored answer. A repeat stores none. */
  answerBytes?: number;
}

/** The answer to the first call: an output, or a refusal that was stored as a fact. */
export type StoredAnswer =
  | { output: unknown; problem?: undefined }
  | { output?: undefined; problem: { code: ProblemCode; detail: string; details: ProblemDetails } };

type StoredRow = CutAnswer | { problem: NonNullable<StoredAnswer["problem"]> };

export function hashInput(input: unknown): string {
  return createHash("sha256").update(sortedJson(input)).digest("base64url");
}

const TAKE = `select pg_try_advisory_xact_lock(hashtextextended($1::text || k.mark, 7)) as taken
  from unnest($2::text[]) with ordinality as k(mark, place) order by k.place`;
const AnswerColumns = Fields({
  credential: Type.String(),
  key: Type.String(),
  operation: Type.String(),
  input_hash: Type.String(),
  answer: Type.Unsafe<StoredRow | null>({ format: "json" }),
  sealed: Nullable(Type.String()),
});
type FoundRow = Static<typeof AnswerColumns>;
const COLUMNS = columnsOf(AnswerColumns);

const FIND = `select ${listOf(COLUMNS, "a")}
  from idempotency_answers a join unnest($2::text[], $3::text[]) as k(credential, key)
    on a.credential = k.credential and a.key = k.key
  where a.workspace_id = $1`;
const STORE = `insert into idempotency_answers (workspace_id, ${listOf(COLUMNS)})
  select $1::uuid, ${listOf(COLUMNS, "a")}
  from json_to_recordset($2::json) as a(${recordOf(AnswerColumns, COLUMNS)})`;

/**
 * Locks the keys until the transaction ends. Returns for each call the stored answer, `undefined` for a first call, or
 * the problem.
 */
export async function takeKeys(
  tx: Tx,
  secrets: SecretBox,
  calls: readonly KeyedCall[],
): Promise<(StoredAnswer | Problem | undefined)[]> {
  const marks = calls.map(({ credential, key }) => `${credential.length}:${credential}${key}`);
  const taken = await tx.statement<{ taken: boolean }>("idempotency.take", TAKE, [tx.workspace, marks]);
  // Read after the lock, so that an answer that was committed in between is seen.
  const found = await tx.statement<FoundRow>("idempotency.find", FIND, [
    tx.workspace,
    calls.map(({ credential }) => credential),
    calls.map(({ key }) => key),
  ]);
  return Promise.all(
    calls.map((call, index) => {
      if (!taken[index]?.taken) return inFlight();
      const row = found.find(({ credential, key }) => credential === call.credential && key === call.key);
      return row && replay(tx, secrets, call, row);
    }),
  );
}

export function inFlight(): Problem {
  return new Problem("in_flight", "A request with this Idempotency-Key is still running.", { retry_after_seconds: 1 });
}

async function replay(tx: Tx, secrets: SecretBox, call: KeyedCall, row: FoundRow): Promise<StoredAnswer | Problem> {
  if (row.operation !== call.operation || row.input_hash !== call.inputHash) {
    return new Problem("idempotency_mismatch", "This Idempotency-Key was used with another request.", {
      next_step: "Use a new Idempotency-Key for a new request.",
    });
  }
  const { input, keeps } = call;
  const opened = row.sealed === null ? row.answer : JSON.parse(secrets.open(tx.workspace, "idempotency", row.sealed));
  // `storeAnswers` wrote the row.
  const answer: StoredRow = opened ?? { output: null };
  if ("problem" in answer) return answer;
  return { output: await fillAnswer(answer, input, async (rows) => keeps?.read(tx, rows) ?? new Map()) };
}

const STALE = `select credential, key, sealed from idempotency_answers
  where workspace_id = $1 and sealed is not null and split_part(sealed, '.', 2) <> $2
  order by credential, key limit $3 for no key update`;
const RESEAL = `update idempotency_answers set sealed = $4
  where workspace_id = $1 and credential = $2 and key = $3`;

/** Seals the answers that other master keys sealed with the current key. Returns the number of answers. */
export async function resealAnswers(tx: Tx, secrets: SecretBox, atMost: number): Promise<number> {
  const rows = await tx.statement<{ credential: string; key: string; sealed: string }>("idempotency.stale", STALE, [
    tx.workspace,
    secrets.keyId,
    atMost,
  ]);
  for (const { credential, key, sealed } of rows) {
    const resealed = secrets.seal(tx.workspace, "idempotency", secrets.open(tx.workspace, "idempotency", sealed));
    await tx.statement("idempotency.reseal", RESEAL, [tx.workspace, credential, key, resealed]);
  }
  return rows.length;
}

const CONTAINING = `select credential, key, answer from idempotency_answers
  where workspace_id = $1 and answer is not null and position($2 in answer::text) > 0
  order by credential, key for no key update`;
const REPLACE = "update idempotency_answers set answer = $4 where workspace_id = $1 and credential = $2 and key = $3";

/** Replaces withdrawn values in the answers that mention this id. `values` has the new values by the id of their object. */
export async function withdrawFromAnswers(
  tx: Tx,
  id: string,
  values: ReadonlyMap<string, Record<string, unknown>>,
): Promise<void> {
  const rows = await tx.statement<FoundRow>("idempotency.containing", CONTAINING, [tx.workspace, id]);
  for (const { credential, key, answer } of rows) {
    const replaced = JSON.stringify(withValues(answer, values));
    await tx.statement("idempotency.replace", REPLACE, [tx.workspace, credential, key, replaced]);
  }
}

function withValues(value: unknown, values: ReadonlyMap<string, Record<string, unknown>>): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item) => withValues(item, values));
  const fields = value as Record<string, unknown>;
  const own = values.get(String(fields.id)) ?? values.get(String(fields.event_id)) ?? {};
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const isNew = Object.hasOwn(own, name) && field !== null;
      return [name, isNew ? own[name] : withValues(field, values)];
    }),
  );
}

/** Throws before it sends anything when an answer cannot be stored. */
export function storeAnswers(
  tx: Tx,
  answers: readonly { call: KeyedCall; answer: StoredAnswer; seal: SecretBox | undefined }[],
): Promise<unknown> {
  if (answers.length === 0) return Promise.resolve();
  const rows = answers.map(({ call, answer, seal }) => {
    const stored: StoredRow = answer.problem ? answer : cutAnswer(answer.output, call.input, call.keeps);
    const row = JSON.stringify({
      credential: call.credential,
      key: call.key,
      operation: call.operation,
      input_hash: call.inputHash,
      answer: seal ? null : stored,
      sealed: seal ? seal.seal(tx.workspace, "idempotency", JSON.stringify(stored)) : null,
    });
    call.answerBytes = Buffer.byteLength(row);
    return row;
  });
  return tx.statement("idempotency.store", STORE, [tx.workspace, `[${rows.join()}]`]);
}
