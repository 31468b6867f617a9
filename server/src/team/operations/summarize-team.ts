import { cappedRows } from "../../kernel/db/capped-rows.ts";
import { query } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { SUMMARY_MAX, Summary, type TeamRole } from "../schema.ts";
import { getRules, listRoles, listUnassigned } from "../store.ts";

export const summarizeTeam = query({
  name: "team.summarize",
  summary: "Read the whole team: the agents with each role, the agents without a role, and the rules.",
  description: "Use this to choose the agent to which you give a task.",
  route: "GET /team/summary",
  permission: "team:read",
  input: Fields({}),
  output: Summary,
  problems: [],
  async run({ tx }) {
    const withRole = (role: TeamRole) => cappedRows(tx, listRoles(tx, { role }), SUMMARY_MAX);
    const [supervisors, workers, specialists, unassigned, rules] = await Promise.all([
      withRole("supervisor"),
      withRole("worker"),
      withRole("specialist"),
      listUnassigned(tx),
      getRules(tx),
    ]);
    return {
      supervisors: supervisors.rows,
      workers: workers.rows,
      specialists: specialists.rows,
      unassigned_agents: unassigned.slice(0, SUMMARY_MAX),
      rules,
      is_complete:
        ![supervisors, workers, specialists].some(({ hasMore }) => hasMore) && unassigned.length <= SUMMARY_MAX,
    };
  },
});
