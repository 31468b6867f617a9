/** The table of requests. */
import { type Rows, rowsOf } from "../../kernel/db/capped-rows.ts";
import { listOf, only } from "../../kernel/db/columns.ts";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { notFound } from "../../kernel/problem.ts";
import { type ChangeableField, REQUEST_COLUMNS, type RequestRow } from "../schema.ts";

/** The documents are stored as JSON. */
type Documents = "requested_changes" | "held" | "terms" | "approvals" | "evidence";

declare module "../../kernel/db/tx.ts" {
  interface Tables {
    policy_requests: Omit<RequestRow, Documents> & Record<Documents, string | null> & { workspace_id: string };
  }
}

const CLOCK = "select bailiwick_clock() as at";

/** Reads the clock of the database now. Locks that the transaction waited for make `now` older. */
export async function readClock(tx: ReadTx): Promise<Date> {
  const [row] = await tx.statement<{ at: string }>("governance.clock", CLOCK, []);
  if (!row) throw new Error("The clock returns one row.");
  return new Date(row.at);
}

const ALONE = "select pg_advisory_xact_lock(hashtextextended($1, 34))";
const TRY_ALONE = "select pg_try_advisory_xact_lock(hashtextextended($1, 34)) as taken";

/** Lets one request for a policy be opened at a time. */
export async function lockOpening(tx: Tx, policyId: string): Promise<void> {
  await tx.statement("governance.alone", ALONE, [policyId]);
}

/** Returns false while another transaction opens a request for the policy. It waits for no lock. */
export async function tryLockOpening(tx: Tx, policyId: string): Promise<boolean> {
  const [row] = await tx.statement<{ taken: boolean }>("governance.try-alone", TRY_ALONE, [policyId]);
  return row?.taken ?? false;
}

const NEWEST = `select requested_at from policy_requests where workspace_id = $1 and policy_id = $2
order by requested_at desc limit 1`;

/** The time of the newest request for the policy. */
export async function findNewest(tx: ReadTx, policyId: string): Promise<string | null> {
  const [row] = await tx.statement<{ requested_at: string }>("governance.newest", NEWEST, [tx.workspace, policyId]);
  return row?.requested_at ?? null;
}

const OF_FIELD = "from policy_requests where workspace_id = $1 and policy_id = $2 and field = $3";
const NEWEST_OF_FIELD = `select (select requested_at ${OF_FIELD} order by requested_at desc limit 1) as newest,
  exists (select 1 ${OF_FIELD} and status = 'pending') as has_pending`;

/** The time of the newest request for the field of the policy, and if one is pending. */
export async function findAsked(
  tx: ReadTx,
  policyId: string,
  field: ChangeableField,
): Promise<{ newest: string | null; has_pending: boolean }> {
  const [row] = await tx.statement<{ newest: string | null; has_pending: boolean }>(
    "governance.newest-of-field",
    NEWEST_OF_FIELD,
    [tx.workspace, policyId, field],
  );
  if (!row) throw new Error("The query returns one row.");
  return row;
}

/** Returns false when a request for a refused start at the policy waits already. */
export async function insertRequest(tx: Tx, request: RequestRow): Promise<boolean> {
  const { requested_changes, held, terms, approvals, evidence } = request;
  const { numInsertedOrUpdatedRows: inserted = 0n } = await tx
    .insertInto("policy_requests")
    .values({
      ...only(request, REQUEST_COLUMNS),
      requested_changes: JSON.stringify(requested_changes),
      held: JSON.stringify(held),
      terms: terms && JSON.stringify(terms),
      approvals: JSON.stringify(approvals),
      evidence: JSON.stringify(evidence),
      workspace_id: tx.workspace,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return inserted > 0n;
}

const GET = `select ${listOf(REQUEST_COLUMNS)} from policy_requests where workspace_id = $1 and id = $2`;

export async function getRequest(tx: ReadTx, id: string): Promise<RequestRow> {
  const [request] = await tx.statement<RequestRow>("governance.get-request", GET, [tx.workspace, id]);
  if (!request) throw notFound("request", id);
  return request;
}

const LOCK = `${GET} for no key update`;

/** Holds the request until the transaction ends. */
export async function lockRequest(tx: Tx, id: string): Promise<RequestRow> {
  const [request] = await tx.statement<RequestRow>("governance.lock-request", LOCK, [tx.workspace, id]);
  if (!request) throw notFound("request", id);
  return request;
}

export interface RequestFilters {
  status?: RequestRow["status"] | undefined;
  agent_id?: string | undefined;
}

const LIST = `select ${listOf(REQUEST_COLUMNS)} from policy_requests
where workspace_id = $1 and ($2::uuid is null or id < $2) and ($3::uuid is null or agent_id = $3) and ($4::text is null or status = $4)
order by id desc`;
const PENDING = `select ${listOf(REQUEST_COLUMNS)} from policy_requests
where workspace_id = $1 and status = 'pending' and ($2::uuid is null or id < $2) and ($3::uuid is null or agent_id = $3)
  and expires_at > bailiwick_now()
order by id desc`;

/** The newest first. `before` is the last id read. */
export function listRequests(
  tx: ReadTx,
  { status, agent_id }: RequestFilters,
  before: string | null,
): Rows<RequestRow> {
  const values = [tx.workspace, before, agent_id ?? null];
  if (status === "pending") return rowsOf("governance.list-pending", PENDING, values);
  return rowsOf("governance.list-requests", LIST, [...values, status ?? null]);
}

const DECIDE = `update policy_requests set status = $3, approvals = $4::jsonb, terms = $5::jsonb, reviewed_by = $6,
  reviewed_at = $7, review_reason = $8 where workspace_id = $1 and id = $2 and status = 'pending'`;

/** Saves the decision, or one of several approvals. The caller has locked the request. */
export async function saveDecision(tx: Tx, request: RequestRow): Promise<void> {
  const { id, status, approvals, terms, reviewed_by, reviewed_at, review_reason } = request;
  await tx.statement("governance.decide", DECIDE, [
    tx.workspace,
    id,
    status,
    JSON.stringify(approvals),
    terms && JSON.stringify(terms),
    reviewed_by,
    reviewed_at,
    review_reason,
  ]);
}

/** The rows that one round handles. */
const ROUND = 200;

const EXPIRE = `update policy_requests set status = 'expired' where workspace_id = $1 and id in (
  select id from policy_requests where workspace_id = $1 and status = 'pending' and expires_at <= bailiwick_clock()
  order by id limit ${ROUND} for no key update)
returning ${listOf(REQUEST_COLUMNS)}`;

/** Ends the requests whose time is over, each once. */
export async function expireRequests(tx: Tx): Promise<RequestRow[]> {
  return tx.statement<RequestRow>("governance.expire-requests", EXPIRE, [tx.workspace]);
}

const EXPIRE_OF = `update policy_requests set status = 'expired'
where workspace_id = $1 and policy_id = $2 and status = 'pending' returning ${listOf(REQUEST_COLUMNS)}`;

/** Ends the requests about a policy. The caller runs alone in its workspace. */
export async function expireRequestsOf(tx: Tx, policyId: string): Promise<RequestRow[]> {
  return tx.statement<RequestRow>("governance.expire-requests-of", EXPIRE_OF, [tx.workspace, policyId]);
}

const REMIND = `update policy_requests set reminded_at = bailiwick_now() where workspace_id = $1 and id in (
  select id from policy_requests where workspace_id = $1 and status = 'pending' and reminded_at is null
    and expires_at > bailiwick_now() and expires_at <= bailiwick_now() + interval '4 hours'
  order by id limit ${ROUND} for no key update)
returning ${listOf(REQUEST_COLUMNS)}`;

/** Marks the requests that expire soon, each once. */
export async function remindRequests(tx: Tx): Promise<RequestRow[]> {
  return tx.statement<RequestRow>("governance.remind", REMIND, [tx.workspace]);
}
