/** The shapes of the retention of telemetry. */
import Type, { type Static } from "typebox";
import { Fields, Nullable } from "../kernel/schema.ts";
import { TierNameField } from "../tiers/schema.ts";
import { FLOOR_DAYS_MAX } from "./retention-rules.ts";

export const FloorDays = Nullable(
  Type.Integer({
    minimum: 1,
    maximum: FLOOR_DAYS_MAX,
    description: "The days that the workspace keeps at least. Null: the tier decides.",
  }),
);

export const Retention = Fields(
  {
    tier_name: TierNameField,
    tier_days: Type.Integer({ description: "The days that the tier keeps." }),
    floor_days: FloorDays,
    kept_days: Type.Integer({ description: "The days that are kept and can be read: the greater of both." }),
  },
  { title: "Retention" },
);
export type Retention = Static<typeof Retention>;
