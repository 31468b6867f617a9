import Type from "typebox";
import { FactActor, FactOnWire } from "../kernel/facts/schema.ts";
import { Fields, Id, JsonObject, Nullable, Page, Time } from "../kernel/schema.ts";

export const FactPage = Fields({
  ...Page(FactOnWire).properties,
  truncated: Type.Optional(
    Type.Boolean({ description: "The page is shorter than limit, because its long data reached 1 MiB." }),
  ),
});

export const GovernanceEvent = Fields({
  id: Id,
  event_type: Type.String(),
  agent_id: Nullable(Id),
  actor: FactActor,
  details: JsonObject,
  created_at: Time,
});
export const GovernancePage = Page(GovernanceEvent);
