import Type from "typebox";
import { query } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { tierOf } from "../../tiers/index.ts";
import { COOLDOWN_MINUTES, RequiredApprovals } from "../schema.ts";
import { findRequiredApprovals } from "../store/settings.ts";

export const getBoundaries = query({
  name: "governance.get_boundaries",
  summary: "Read the boundaries of the workspace, which no request and no grant crosses.",
  route: "GET /governance/boundaries",
  permission: "governance:read",
  tool: false,
  input: Fields({}),
  output: Fields({
    tier_name: Type.String(),
    max_daily_spend_cap: Type.Number(),
    min_cooldown_minutes: Type.Integer(),
    max_cooldown_minutes: Type.Integer(),
    required_approvals: RequiredApprovals,
  }),
  problems: [],
  async run({ tx }) {
    const { tier_name, limits } = await tierOf(tx);
    return {
      tier_name,
      max_daily_spend_cap: limits.max_daily_spend_cap_usd,
      min_cooldown_minutes: COOLDOWN_MINUTES.min,
      max_cooldown_minutes: COOLDOWN_MINUTES.max,
      required_approvals: await findRequiredApprovals(tx),
    };
  },
});
