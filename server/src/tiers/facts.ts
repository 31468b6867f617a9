/** Facts of tiers. */
import Type from "typebox";
import { factType } from "../kernel/facts/fact.ts";
import { Fields } from "../kernel/schema.ts";
import { TierNameField } from "./schema.ts";

export const tierChanged = factType({
  type: "tier.changed",
  subject: "workspace",
  meaning: "The workspace was put on another tier.",
  data: Fields({
    from: TierNameField,
    to: TierNameField,
    source: Type.String({ description: "The billing system, or the operator of the server." }),
    event_id: Type.Optional(Type.String({ description: "The delivery of the billing system." })),
  }),
});

export const TIER_FACTS = [tierChanged] as const;
