import { query } from "../../kernel/operation.ts";
import { OfAgent, Overview } from "../figure-schema.ts";
import { requireAccount } from "../network.ts";
import { overviewOf } from "../sync.ts";

export const getOverview = query({
  name: "social.get_overview",
  summary: "Read the newest figures of an agent on Moltbook, and its best posts.",
  route: "GET /analytics/overview",
  permission: "social:read",
  input: OfAgent,
  output: Overview,
  problems: ["forbidden", "not_found", "not_connected"],
  async run({ tx, actor }, { agent_id }) {
    return overviewOf(tx, await requireAccount(tx, actor, agent_id));
  },
});
