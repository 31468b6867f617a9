/** The deliveries of the billing system. */
import Type from "typebox";
import { Fields, Id, Text, Time } from "../../kernel/schema.ts";

/** The fields that are read of every event. A sender may send more. */
export const BillingEventHead = Fields({
  type: Text(100, {
    description:
      "`subscription.created` and `subscription.updated` put the workspace on `data.tier_name`, `subscription.deleted` puts it on the free tier. Other types are ignored.",
  }),
  timestamp: Type.String({ ...Time, description: "An event older than the last one applied changes nothing." }),
});

export const BillingEvent = Type.Object({
  ...BillingEventHead.properties,
  data: Type.Object({ workspace_id: Type.Optional(Id), tier_name: Type.Optional(Type.String()) }),
});

export const BillingHeaders = Type.Object({
  "webhook-id": Type.String(),
  "webhook-timestamp": Type.String(),
  "webhook-signature": Type.String(),
});

/** `workspace_id` and `tier_name` say what was applied; `ignored` says that nothing was. */
export const BillingOutcome = Type.Object({
  type: Type.String(),
  ignored: Type.Optional(Type.Boolean()),
  workspace_id: Type.Optional(Id),
  tier_name: Type.Optional(Type.String()),
});
