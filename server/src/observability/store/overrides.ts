/** The table of the prices that a workspace sets. */
import { cappedRows, rowsOf } from "../../kernel/db/capped-rows.ts";
import { listOf, recordOf } from "../../kernel/db/columns.ts";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { notFound } from "../../kernel/problem.ts";
import { OVERRIDE_COLUMNS, OVERRIDES_MAX, type Override, OverrideColumns } from "../price-schema.ts";

const COLUMNS = listOf(OVERRIDE_COLUMNS);

const LIST = `select ${COLUMNS} from obs_price_overrides where workspace_id = $1 order by id desc`;

/** Returns the newest first. */
export async function listOverrides(tx: ReadTx): Promise<Override[]> {
  return (await cappedRows(tx, rowsOf<Override>("obs.overrides", LIST, [tx.workspace]), OVERRIDES_MAX)).rows;
}

const OF_MODELS = `select ${COLUMNS} from obs_price_overrides
where workspace_id = $1 and lower(model) = any($2::text[]) order by id desc`;

/** Returns those of the models, the newest first. */
export async function findOverrides(tx: ReadTx, models: readonly string[]): Promise<Override[]> {
  const names = models.map((model) => model.toLowerCase());
  return tx.statement<Override>("obs.find-overrides", OF_MODELS, [tx.workspace, names]);
}

const COUNT = "select count(*)::int as overrides from obs_price_overrides where workspace_id = $1";

export async function countOverrides(tx: ReadTx): Promise<number> {
  const [row] = await tx.statement<{ overrides: number }>("obs.count-overrides", COUNT, [tx.workspace]);
  return row?.overrides ?? 0;
}

const INSERT = `insert into obs_price_overrides (workspace_id, ${COLUMNS})
select $1, ${COLUMNS} from jsonb_to_record($2::jsonb) as o(${recordOf(OverrideColumns, OVERRIDE_COLUMNS)})`;

export async function insertOverride(tx: Tx, override: Override): Promise<void> {
  await tx.statement("obs.insert-override", INSERT, [tx.workspace, JSON.stringify(override)]);
}

const DELETE = `delete from obs_price_overrides where workspace_id = $1 and id = $2 returning ${COLUMNS}`;

export async function deleteOverride(tx: Tx, id: string): Promise<Override> {
  const [gone] = await tx.statement<Override>("obs.delete-override", DELETE, [tx.workspace, id]);
  if (!gone) throw notFound("price override", id);
  return gone;
}
