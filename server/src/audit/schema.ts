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

/** The state of one witness of the record, as it is stored and shown. */
export const WitnessState = Fields({
  name: Type.String(),
  size: Type.Integer({ description: "The number of facts that the witness has cosigned." }),
  witnessed_at: Nullable(Time),
  problem: Nullable(Type.String({ description: "The reason why the last attempt failed." })),
  problem_at: Nullable(Time),
  is_refused: Type.Boolean({ description: "The witness has seen another record." }),
});
