import { uuidv7 } from "uuidv7";
import { changed, command } from "../../kernel/operation.ts";
import { invalid, Problem } from "../../kernel/problem.ts";
import { lockWorkspace } from "../../tiers/index.ts";
import { priceOverridden } from "../facts.ts";
import { OVERRIDES_MAX, OverrideInput, Price } from "../price-schema.ts";
import { countOverrides, insertOverride } from "../store/overrides.ts";
import { overrideToWire } from "../to-wire.ts";

export const createPriceOverride = command({
  name: "obs.create_price_override",
  summary: "Set the price of a model for this workspace. It comes before the list price.",
  description:
    "It holds for calls from now on. obs.reprice computes the calls before with it too. Of several overrides, one with a " +
    "provider comes before one for any provider, and then the newest comes first. A price of 0 says that the class is free.",
  route: "POST /obs/pricing/overrides",
  status: 201,
  permission: "obs:manage",
  input: OverrideInput,
  output: Price,
  problems: ["conflict"],
  async run({ tx, now }, { provider = null, model, prices, valid_from = null, valid_to = null }) {
    const from = timeOf("/valid_from", valid_from);
    const to = timeOf("/valid_to", valid_to);
    if (from !== null && to !== null && from >= to) throw invalid("/valid_to", "must be after valid_from.");
    // The lock keeps two callers from passing the limit together.
    await lockWorkspace(tx);
    if ((await countOverrides(tx)) >= OVERRIDES_MAX)
      throw new Problem("conflict", `A workspace has at most ${OVERRIDES_MAX} price overrides.`, {
        next_step: "Delete those that no longer hold.",
      });
    const known_since = now.toISOString();
    const times = { valid_from: from, valid_to: to, known_since };
    const override = { id: uuidv7(), provider, model, prices, ...times };
    await insertOverride(tx, override);
    const { id, ...data } = override;
    return changed(overrideToWire(override), priceOverridden(tx.workspace, { override_id: id, ...data }));
  },
});

/** The format of times allows a leap second, which is no time here. */
function timeOf(path: string, given: string | null): string | null {
  if (given === null) return null;
  const time = new Date(given);
  if (Number.isNaN(time.getTime())) throw invalid(path, "is not a time.");
  return time.toISOString();
}
