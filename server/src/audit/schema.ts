import Type from "typebox";
import { FactActor, FactOnWire } from "../kernel/facts/schema.ts";
import { Fields, Id, IncludingPage, JsonObject, Nullable, Page, TaskTitles, Time } from "../kernel/schema.ts";

export const FactPage = Fields({
  ...IncludingPage(FactOnWire, "long data").properties,
  task_titles: Type.Optional(TaskTitles),
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

export const FactCount = Fields({
  from: Time,
  total: Type.Integer(),
  by_type: Type.Record(Type.String(), Type.Integer()),
});
