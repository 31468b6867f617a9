/** The shapes of fees that are due each month. */
import Type, { type Static } from "typebox";
import { Fields, Id, Nullable, Page, TEXT_LIMITS, Text, Usd } from "../kernel/schema.ts";
import { Day } from "./metrics-schema.ts";

/** The fees of one workspace, ended ones too. */
export const FEES_MAX = 200;

const name = Text(TEXT_LIMITS.name);
const agent_id = Type.String({ ...Id, description: "Null, or absent, is a fee of the whole workspace." });
const first_day = Day;
/** Null has no end. */
const last_day = Day;

export const NewFee = Fields({
  name,
  agent_id: Type.Optional(Nullable(agent_id)),
  monthly_usd: Usd,
  first_day,
  last_day: Type.Optional(Nullable(last_day)),
});

/** The columns of `obs_fees`, without the workspace. */
const FeeColumns = Fields({
  id: Id,
  agent_id: Nullable(Id),
  name: Type.String(),
  monthly_nanos: Type.BigInt(),
  first_day: Type.String(),
  last_day: Nullable(Type.String()),
});
export type FeeRow = Static<typeof FeeColumns>;

export const Fee = Fields(
  { id: Id, name: Type.String(), agent_id: Nullable(Id), monthly_usd: Usd, first_day, last_day: Nullable(last_day) },
  { title: "Fee" },
);
export type Fee = Static<typeof Fee>;
export const FeePage = Page(Fee);
export const FeeEnd = Fields({ id: Id, last_day });
