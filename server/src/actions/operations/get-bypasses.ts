import { query } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { BypassList } from "../rule-schema.ts";
import { listBypasses } from "../store/standing.ts";
import { bypassToWire } from "../to-wire.ts";

export const getBypasses = query({
  name: "actions.get_bypasses",
  summary: "List the bypasses in force.",
  route: "GET /agent-actions/bypass",
  permission: "actions:decide",
  input: Fields({}),
  output: BypassList,
  problems: [],
  async run({ tx }) {
    return { items: (await listBypasses(tx)).map((bypass) => bypassToWire(bypass, tx.now)) };
  },
});
