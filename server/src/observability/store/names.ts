/** The models that an agent used on a day, as the sums name them. */
import type { ReadTx } from "../../kernel/db/tx.ts";

/** A sender may invent names. Further ones count under one name. */
export const NAMES_MAX = 200;

export interface DayOfAgent {
  agent_id: string;
  day: string;
}

export interface UsedName extends DayOfAgent {
  provider: string;
  model: string;
}

const NAMES = `
select k.agent_id, to_char(k.day, 'YYYY-MM-DD') as day, u.provider, u.model
from unnest($2::uuid[], $3::date[]) as k(agent_id, day) cross join lateral (
  select provider, model from obs_usage
  where workspace_id = $1 and grain = 'day' and at = k.day::timestamp at time zone 'UTC' and agent_id = k.agent_id
  limit ${NAMES_MAX}) u`;

/** Returns at most as many names for each agent and day as the sums may have. */
export async function usedNames(tx: ReadTx, days: readonly DayOfAgent[]): Promise<UsedName[]> {
  if (days.length === 0) return [];
  const values = [tx.workspace, days.map(({ agent_id }) => agent_id), days.map(({ day }) => day)];
  return tx.statement<UsedName>("obs.names", NAMES, values);
}
