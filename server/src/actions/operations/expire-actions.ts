import Type from "typebox";
import type { Fact } from "../../kernel/facts/fact.ts";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { expireAction } from "../end-action.ts";
import { bypassEnded } from "../facts.ts";
import { lockOver, readClock } from "../store/actions.ts";
import { lockBypassesOver, saveBypass } from "../store/standing.ts";

export const expireActions = command({
  name: "actions.expire",
  summary: "End the actions that nobody decided in time, and the bypasses whose time is over.",
  route: "POST /internal/agent-actions/expire",
  internal: true,
  permission: "actions:execute",
  pastQuota: "passes",
  input: Fields({}),
  output: Fields({ actions: Type.Integer(), bypasses: Type.Integer() }),
  problems: [],
  async run({ tx }) {
    const actions = await lockOver(tx);
    const bypasses = await lockBypassesOver(tx);
    const at = await readClock(tx);
    const facts: Fact[] = [];
    for (const bypass of bypasses) {
      const { id, agent_id, uses, ends_at } = bypass;
      await saveBypass(tx, { ...bypass, ended_at: ends_at });
      facts.push(bypassEnded(id, { ended_by: null, uses, ends_at }, { agent_id }));
    }
    for (const action of actions) facts.push(...(await expireAction(tx, action, at)));
    const output = { actions: actions.length, bypasses: bypasses.length };
    const [first, ...more] = facts;
    return first ? changed(output, first, ...more) : unchanged(output);
  },
});
