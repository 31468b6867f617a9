/** Queries for the operator alone, who connects to the database as the login role. */
import type { TierName } from "./schema.ts";

export interface WorkspaceOverview {
  id: string;
  name: string;
  tier_name: TierName;
  owner_email: string | null;
  members: number;
  created_at: string;
}

/** A connection with the login role. */
export interface OperatorConnection {
  query<Row>(text: string, values: unknown[]): Promise<{ rows: Row[] }>;
}

/** Lists the workspaces of this installation, oldest first. */
export async function listAllWorkspaces(
  connection: OperatorConnection,
  after: string | null,
  limit: number,
): Promise<WorkspaceOverview[]> {
  const { rows } = await connection.query<WorkspaceOverview>(
    "select id, name, tier_name, owner_email, members, created_at from list_all_workspaces($1, $2)",
    [after, limit],
  );
  return rows;
}
