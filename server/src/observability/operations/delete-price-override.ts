import { changed, command } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { priceOverrideDeleted } from "../facts.ts";
import { Price } from "../price-schema.ts";
import { deleteOverride } from "../store/overrides.ts";
import { overrideToWire } from "../to-wire.ts";

export const deletePriceOverride = command({
  name: "obs.delete_price_override",
  summary: "Delete a price of this workspace. Stored costs stay until obs.reprice computes them again.",
  route: "POST /obs/pricing/overrides/{id}/delete",
  permission: "obs:manage",
  pastQuota: "passes",
  input: Fields({ id: Id }),
  output: Price,
  problems: ["not_found"],
  async run({ tx }, { id }) {
    const override = await deleteOverride(tx, id);
    const { id: override_id, ...data } = override;
    return changed(overrideToWire(override), priceOverrideDeleted(tx.workspace, { override_id, ...data }));
  },
});
