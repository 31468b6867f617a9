import { query } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { TeamRules } from "../schema.ts";
import { getRules as getRow } from "../store.ts";

export const getRules = query({
  name: "team.get_rules",
  summary: "Read the rules about the work that agents may create and give each other.",
  route: "GET /team/rules",
  permission: "team:read",
  input: Fields({}),
  output: TeamRules,
  problems: [],
  run: ({ tx }) => getRow(tx),
});
