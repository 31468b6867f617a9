import Type from "typebox";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { gateDecided } from "../facts.ts";
import { FACTS_PER_MINUTE } from "../rules.ts";
import { takeTallies } from "../store/tallies.ts";

/** The counts that one round handles. */
const ROUND = 100;

export const rollUp = command({
  name: "gate.roll_up",
  summary: "Store one fact for the many equal decisions of a minute.",
  route: "POST /internal/gate/roll-up",
  internal: true,
  permission: "actions:execute",
  pastQuota: "passes",
  input: Fields({}),
  output: Fields({ has_more: Type.Boolean() }),
  problems: [],
  async run({ tx }) {
    const tallies = await takeTallies(tx, ROUND);
    const facts = tallies.flatMap(({ agent_id, minute, decisions, data }) => {
      const count = decisions - FACTS_PER_MINUTE;
      return count > 0 ? [gateDecided(agent_id, { ...data, count, since: minute }, { agent_id })] : [];
    });
    const output = { has_more: tallies.length === ROUND };
    const [first, ...more] = facts;
    return first ? changed(output, first, ...more) : unchanged(output);
  },
});
