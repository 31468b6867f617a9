import { query } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { Policy } from "../schema.ts";
import { getPolicy as getRow } from "../store/policies.ts";
import { policyToWire } from "../to-wire.ts";

export const getPolicy = query({
  name: "risk.get_policy",
  summary: "Read one risk policy.",
  route: "GET /risk/policies/{id}",
  permission: "risk:read",
  input: Fields({ id: Id }),
  output: Policy,
  problems: ["not_found"],
  run: async ({ tx }, { id }) => policyToWire(await getRow(tx, id)),
});
