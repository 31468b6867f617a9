/** The shapes of runs. */

import Type, { type Static } from "typebox";
import {
  Fields,
  Id,
  JsonObject,
  Literals,
  Nullable,
  Page,
  TaskTitles,
  TEXT_LIMITS,
  Text,
  Time,
} from "../kernel/schema.ts";
import { ObsEvent, TEXT_LENGTH_MAX } from "./schema.ts";

export const FinishedStatus = Literals(["success", "error"], { title: "FinishedStatus" });
export const RunStatus = Literals(["running", "success", "error"], { title: "RunStatus" });

export const StartRunInput = Fields({
  agent_id: Type.Optional(Id),
  model: Type.Optional(Text(TEXT_LENGTH_MAX)),
  task_id: Type.Optional(Id),
  metadata: Type.Optional(JsonObject),
});
export const FinishRunInput = Fields({
  id: Id,
  status: FinishedStatus,
  error_message: Type.Optional(Text(TEXT_LIMITS.reason)),
});

const Sum = Type.BigInt();
/** A sum whose column has more digits than an integer of PostgreSQL: a text of digits. */
const LongSum = Type.String();

/** The columns of a run that readers need. */
export const RunColumns = Fields({
  run_id: Id,
  agent_id: Id,
  task_id: Nullable(Id),
  model: Nullable(Type.String()),
  status: RunStatus,
  error_message: Nullable(Type.String()),
  metadata: JsonObject,
  started_at: Time,
  finished_at: Nullable(Time),
  last_event_at: Time,
  first_event_id: Nullable(Id),
  last_event_id: Nullable(Id),
  events: Sum,
  errors: Sum,
  llm_calls: Sum,
  tool_calls: Sum,
  tokens_in: Sum,
  tokens_out: Sum,
  cost_nanos: LongSum,
  list_cost_nanos: LongSum,
  unpriced_calls: Sum,
  latency_sum_ms: Sum,
});
export type RunRow = Static<typeof RunColumns>;

const Usd = Type.Number();
export const Run = Fields(
  {
    run_id: Id,
    agent_id: Id,
    task_id: Nullable(Id),
    model: Nullable(Type.String()),
    status: RunStatus,
    is_silent: Type.Boolean({ description: "The run is not finished and sent no event for five minutes." }),
    error_message: Nullable(Type.String()),
    metadata: JsonObject,
    started_at: Time,
    finished_at: Nullable(Time),
    last_event_at: Time,
    total_events: Type.Integer(),
    total_errors: Type.Integer(),
    total_llm_calls: Type.Integer(),
    total_tool_calls: Type.Integer(),
    total_tokens_in: Type.Integer(),
    total_tokens_out: Type.Integer(),
    total_cost_usd: Usd,
    total_list_cost_usd: Usd,
    unpriced_calls: Type.Integer(),
    total_latency_ms: Type.Integer({ description: "The sum of the calls of models." }),
  },
  { title: "Run" },
);
export type Run = Static<typeof Run>;
export const RunPage = Fields({
  ...Page(Run).properties,
  task_titles: Type.Optional(TaskTitles),
});

/** The most events of a run that one answer has. */
export const TREE_EVENTS_MAX = 1_000;
const RunNode = Fields({
  event: ObsEvent,
  parent_event_id: Nullable(Id),
  depth: Type.Integer(),
  own_cost_usd: Type.Number(),
  inclusive_cost_usd: Type.Number({ description: "With the events below." }),
});
export type RunNode = Static<typeof RunNode>;
export const RunTree = Fields({
  ...Run.properties,
  events: Type.Array(RunNode, { description: "Each event before those below it." }),
  truncated: Type.Boolean({ description: `The run has more than ${TREE_EVENTS_MAX} events. The first are here.` }),
});
