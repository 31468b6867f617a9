import { query } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { SUMMARY_MAX, Summary } from "../schema.ts";
import { getRules, listRoles, listUnassigned } from "../store.ts";

export const summarizeTeam = query({
  name: "team.summarize",
  summary: "Read the whole team at once: who has which role, which agents have none, and the rules.",
  description: "Look here for whom to give work to, and for the agent whose role fits a task.",
  route: "GET /team/summary",
  permission: "team:read",
  input: Fields({}),
  output: Summary,
  problems: [],
  async run({ tx }) {
    const [supervisors, workers, specialists, unassigned, rules] = await Promise.all([
      listRoles(tx, { role: "supervisor" }, SUMMARY_MAX + 1),
      listRoles(tx, { role: "worker" }, SUMMARY_MAX + 1),
      listRoles(tx, { role: "specialist" }, SUMMARY_MAX + 1),
      listUnassigned(tx),
      getRules(tx),
    ]);
    return {
      supervisors: supervisors.slice(0, SUMMARY_MAX),
      workers: workers.slice(0, SUMMARY_MAX),
      specialists: specialists.slice(0, SUMMARY_MAX),
      unassigned_agents: unassigned.slice(0, SUMMARY_MAX),
      rules,
      is_complete: [supervisors, workers, specialists, unassigned].every(({ length }) => length <= SUMMARY_MAX),
    };
  },
});
