import Type from "typebox";
import { query } from "../../kernel/operation.ts";
import { CURSOR, listPage } from "../../kernel/paging.ts";
import { Defaulted, Fields, Id, PageInput } from "../../kernel/schema.ts";
import { seenAgent } from "../request-page.ts";
import { GrantPage } from "../schema.ts";
import { listGrants as listRows } from "../store/grants.ts";
import { grantToWire } from "../to-wire.ts";

export const listGrants = query({
  name: "governance.list_grants",
  summary: "List the active grants with what is left of each: uses, amount and time. The first to end comes first.",
  description: "An agent sees its own grants and uses one with governance.apply_grant.",
  route: "GET /governance/delegations",
  permission: "governance:read",
  input: Fields({
    ...PageInput,
    agent_id: Type.Optional(Id),
    include_ended: Defaulted(Type.Boolean({ description: "Also grants that are revoked, used up or expired." }), false),
  }),
  output: GrantPage,
  problems: ["forbidden"],
  async run({ tx, actor }, { agent_id, include_ended, ...page }) {
    const filters = { agent_id: seenAgent(actor, agent_id), includesEnded: include_ended };
    const { items, next_cursor } = await listPage(tx, page, {
      shapes: [CURSOR.time, CURSOR.id],
      rows: (after = []) => listRows(tx, filters, after),
      key: ({ valid_to, id }) => [valid_to, id],
    });
    return { items: items.map((row) => grantToWire(row, tx.now)), next_cursor };
  },
});
