import Type from "typebox";
import { type Operation, query } from "../kernel/operation.ts";
import { Fields, Id, JsonObject, Literals, Nullable, Page, PageInput, Time } from "../kernel/schema.ts";
import { listAttempts } from "./store.ts";

const ObsEvent = Fields({
  id: Id,
  agent_id: Nullable(Id),
  event_type: Type.String(),
  status: Literals(["success", "error", "info"]),
  task_id: Nullable(Id),
  payload: JsonObject,
  occurred_at: Time,
  created_at: Time,
});

export const listObsEvents = query({
  name: "obs.list_events",
  summary: "List telemetry events, newest first: one for the start and one for the end of each attempt at a task.",
  route: "GET /obs/events",
  permission: "obs:read",
  input: Fields({
    agent_id: Type.Optional(Id),
    task_id: Type.Optional(Id),
    event_type: Type.Optional(Type.String({ minLength: 1, maxLength: 50, pattern: "^[a-z_]+$" })),
    ...PageInput,
  }),
  output: Page(ObsEvent),
  problems: [],
  async run({ tx }, { limit, cursor, ...filters }) {
    return listAttempts(tx, filters, { limit, cursor });
  },
});

export const OBSERVABILITY_OPERATIONS: readonly Operation[] = [listObsEvents];
