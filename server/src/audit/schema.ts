import Type from "typebox";
import { Fields, Id, JsonObject, Literals, Nullable, Page, Time } from "../kernel/schema.ts";

export const FactActor = Fields({
  kind: Literals(["user", "agent", "service", "system"]),
  id: Type.String(),
  key_id: Nullable(Id),
});

export const Fact = Fields({
  id: Id,
  type: Type.String(),
  actor: FactActor,
  subject: Fields({ kind: Type.String(), id: Id }),
  data: JsonObject,
  request_id: Type.String(),
  trace_id: Nullable(Type.String()),
  created_at: Time,
});
export const FactPage = Page(Fact);

export const GovernanceEvent = Fields({
  id: Id,
  event_type: Type.String(),
  agent_id: Nullable(Id),
  actor: FactActor,
  details: JsonObject,
  created_at: Time,
});
export const GovernancePage = Page(GovernanceEvent);
