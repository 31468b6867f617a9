/** The table of runs. */
import { columnsOf, listOf } from "../../kernel/db/columns.ts";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { CURSOR, listPage, type Paged, type PageRequest } from "../../kernel/paging.ts";
import { notFound } from "../../kernel/problem.ts";
import { RunColumns, type RunRow } from "../run-schema.ts";

const COLUMNS = listOf(columnsOf(RunColumns));

const GET = `select ${COLUMNS} from obs_runs where workspace_id = $1 and run_id = $2`;

export async function getRun(tx: ReadTx, id: string): Promise<RunRow> {
  const [run] = await tx.statement<RunRow>("obs.run", GET, [tx.workspace, id]);
  if (!run) throw notFound("run", id);
  return run;
}

const SAVE = "update obs_runs set metadata = $3::jsonb where workspace_id = $1 and run_id = $2";

export async function saveMetadata(tx: Tx, id: string, metadata: Record<string, unknown>): Promise<void> {
  await tx.statement("obs.save-run", SAVE, [tx.workspace, id, JSON.stringify(metadata)]);
}

export interface RunFilters {
  agent_id?: string | undefined;
  task_id?: string | undefined;
  status?: string | undefined;
}

const LIST = `select ${COLUMNS} from obs_runs where workspace_id = $1`;

/** The runs that started last come first. */
export function listRuns(tx: ReadTx, filters: RunFilters, page: PageRequest): Promise<Paged<RunRow>> {
  return listPage(tx, page, {
    shapes: [CURSOR.time, CURSOR.id],
    rows: (after) => {
      const parameters: unknown[] = [tx.workspace];
      const given = (value: unknown) => `$${parameters.push(value)}`;
      let sql = LIST;
      for (const name of ["agent_id", "task_id", "status"] as const)
        if (filters[name] !== undefined) sql += ` and ${name} = ${given(filters[name])}`;
      if (after) sql += ` and (started_at, run_id) < (${given(after[0])}::timestamptz, ${given(after[1])}::uuid)`;
      return { compile: () => ({ sql: `${sql} order by started_at desc, run_id desc`, parameters }) };
    },
    key: ({ started_at, run_id }) => [started_at, run_id],
  });
}
