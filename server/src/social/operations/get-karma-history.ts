import { query } from "../../kernel/operation.ts";
import { History, HistoryInput } from "../figure-schema.ts";
import { requireAccount } from "../network.ts";
import { listDays } from "../store/figures.ts";

export const getKarmaHistory = query({
  name: "social.get_karma_history",
  summary: "Read the karma, followers and posts of an agent on Moltbook, day by day.",
  route: "GET /analytics/karma-history",
  permission: "social:read",
  input: HistoryInput,
  output: History,
  problems: ["forbidden", "not_found", "not_connected"],
  async run({ tx, actor }, { agent_id, days }) {
    await requireAccount(tx, actor, agent_id);
    return { items: await listDays(tx, agent_id, days) };
  },
});
