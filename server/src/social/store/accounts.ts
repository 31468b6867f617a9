/** The table of accounts on Moltbook. */
import type { ColumnType } from "kysely";
import { listOf, only } from "../../kernel/db/columns.ts";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { ACCOUNT_COLUMNS, type AccountRow } from "../schema.ts";

/** These columns have defaults. */
type Defaults = Exclude<keyof AccountRow, keyof NewRow>;
type Accounts = Omit<AccountRow, Defaults> & {
  [K in Defaults]: ColumnType<AccountRow[K], AccountRow[K] | undefined, AccountRow[K]>;
} & {
  workspace_id: string;
};

declare module "../../kernel/db/tx.ts" {
  interface Tables {
    social_accounts: Accounts;
  }
}

/** The accounts that a list shows. A tier limits agents far below. */
const ACCOUNTS_MAX = 1_000;

function all(tx: ReadTx) {
  return tx.selectFrom("social_accounts").select(ACCOUNT_COLUMNS).where("workspace_id", "=", tx.workspace);
}

export async function findAccount(tx: ReadTx, agentId: string): Promise<AccountRow | undefined> {
  return all(tx).where("agent_id", "=", agentId).executeTakeFirst();
}

/** Holds the account until the transaction ends. */
export async function lockAccount(tx: Tx, agentId: string): Promise<AccountRow | undefined> {
  return all(tx).where("agent_id", "=", agentId).forNoKeyUpdate().executeTakeFirst();
}

export async function listAccounts(tx: ReadTx): Promise<AccountRow[]> {
  return all(tx).orderBy("agent_id").limit(ACCOUNTS_MAX).execute();
}

/** The columns of a new account. The others have their defaults. */
const GIVEN = [
  "agent_id",
  "name",
  "description",
  "state",
  "sealed_key",
  "claim_url",
  "verification_code",
  "registered_at",
  "sync_due_at",
] as const;
export type NewRow = Pick<AccountRow, (typeof GIVEN)[number]>;

/** Returns undefined when the agent has an account already. */
export async function insertAccount(tx: Tx, row: NewRow): Promise<AccountRow | undefined> {
  return tx
    .insertInto("social_accounts")
    .values({ ...only(row, GIVEN), workspace_id: tx.workspace })
    .onConflict((conflict) => conflict.columns(["workspace_id", "agent_id"]).doNothing())
    .returning(ACCOUNT_COLUMNS)
    .executeTakeFirst();
}

const CHANGED = ACCOUNT_COLUMNS.filter((name) => name !== "agent_id");

/** The caller holds the account. */
export async function saveAccount(tx: Tx, row: AccountRow): Promise<void> {
  await tx
    .updateTable("social_accounts")
    .set(only(row, CHANGED))
    .where("workspace_id", "=", tx.workspace)
    .where("agent_id", "=", row.agent_id)
    .executeTakeFirstOrThrow();
}

const HURRY = `update social_accounts set sync_due_at = least(sync_due_at, bailiwick_clock()),
  reads_from = greatest(reads_from, $3::timestamptz)
where workspace_id = $1 and agent_id = $2`;

/** Lets the next sync look at the account at once, such as after a refused key. */
export async function hurrySync(tx: Tx, agentId: string, readsFrom: string | null): Promise<void> {
  await tx.statement("social.hurry", HURRY, [tx.workspace, agentId, readsFrom]);
}

const LIMITED = `update social_accounts set reads_from = greatest(reads_from, $3::timestamptz)
where workspace_id = $1 and agent_id = $2`;

/** Notes the time before which the network takes no more reads. */
export async function noteLimited(tx: Tx, agentId: string, readsFrom: string): Promise<void> {
  await tx.statement("social.limited", LIMITED, [tx.workspace, agentId, readsFrom]);
}

const CLAIMED = `update social_accounts set state = 'active', claim_url = null, verification_code = null
where workspace_id = $1 and agent_id = $2 and state = 'unclaimed'`;

export async function noteClaimed(tx: Tx, agentId: string): Promise<void> {
  await tx.statement("social.claimed", CLAIMED, [tx.workspace, agentId]);
}

const DUE = `select ${listOf(ACCOUNT_COLUMNS)} from social_accounts
where workspace_id = $1 and sync_due_at <= bailiwick_clock() and state <> 'key_dead'
order by sync_due_at, agent_id limit 1 for no key update skip locked`;

/** Holds an account whose sync is due. Other processes pass it over. */
export async function lockDue(tx: Tx): Promise<AccountRow | undefined> {
  const [row] = await tx.statement<AccountRow>("social.due", DUE, [tx.workspace]);
  return row;
}

const STALE = `select ${listOf(ACCOUNT_COLUMNS)} from social_accounts
where workspace_id = $1 and split_part(sealed_key, '.', 2) <> $2 order by agent_id limit $3 for no key update`;

/** Holds accounts with a key that another master key sealed. */
export async function lockStale(tx: Tx, keyId: string, most: number): Promise<AccountRow[]> {
  return tx.statement<AccountRow>("social.stale", STALE, [tx.workspace, keyId, most]);
}
