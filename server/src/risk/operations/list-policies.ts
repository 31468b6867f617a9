import { query } from "../../kernel/operation.ts";
import { CURSOR, listPage } from "../../kernel/paging.ts";
import { Fields, PageInput } from "../../kernel/schema.ts";
import { standingDefaults } from "../loop-rules.ts";
import { ListedPolicies } from "../schema.ts";
import { allPolicies, listPolicies as listRows } from "../store/policies.ts";
import { policyToWire } from "../to-wire.ts";

export const listPolicies = query({
  name: "risk.list_policies",
  summary: "List the risk policies of the workspace, newest first, and the loop breakers that stand without one.",
  route: "GET /risk/policies",
  permission: "risk:read",
  input: Fields(PageInput),
  output: ListedPolicies,
  problems: [],
  async run({ tx }, page) {
    const { items, next_cursor } = await listPage(tx, page, {
      shapes: [CURSOR.id],
      rows: ([before = null]: readonly (string | null)[] = []) => listRows(tx, before),
      key: ({ id }) => [id],
    });
    return { items: items.map(policyToWire), next_cursor, defaults: standingDefaults(await allPolicies(tx)) };
  },
});
