/** Valid inputs of the operations on prices, fees and outcomes. */
import { createFee } from "../../src/observability/operations/create-fee.ts";
import { createPriceOverride } from "../../src/observability/operations/create-price-override.ts";
import type { Sample, Scene } from "./scene.ts";

const AN_OVERRIDE = { provider: "proxy", model: "new", prices: { input_mtok: 1, output_mtok: 2 } };

const A_FEE = { name: "Plan", monthly_usd: 100, first_day: "2026-11-01" };
const aFee = async ({ app, owner }: Scene) => ({ id: (await app.call(createFee, owner, A_FEE)).id });

export const PRICE_SAMPLES: Record<string, Sample> = {
  "obs.list_prices": { by: "agent", input: async () => ({ provider: "anthropic", model: "opus", is_override: false }) },
  "obs.create_price_override": { by: "owner", input: async () => AN_OVERRIDE },
  "obs.delete_price_override": {
    by: "owner",
    // An override has an id.
    input: async ({ app, owner }) => ({ id: (await app.call(createPriceOverride, owner, AN_OVERRIDE)).id ?? "" }),
  },
  "obs.list_fees": { by: "agent", input: async () => ({ limit: 5 }) },
  "obs.create_fee": { by: "owner", input: async ({ agent }) => ({ ...A_FEE, agent_id: agent.id }) },
  "obs.end_fee": { by: "owner", input: async (scene) => ({ ...(await aFee(scene)), last_day: "2026-12-31" }) },
  "obs.delete_fee": { by: "owner", input: aFee },
  "obs.reprice": { by: "owner", input: async () => ({ from: "2026-01-01", to: "2026-01-31", models: ["new"] }) },
  "obs.summarize_outcomes": {
    by: "agent",
    input: async () => ({ group_by: "task", from: "2026-01-01", to: "2026-01-31" }),
  },
};
