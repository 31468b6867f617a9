import Type from "typebox";
import { query } from "../../kernel/operation.ts";
import { Fields, Id, PageInput } from "../../kernel/schema.ts";
import { listEvents as listBoth } from "../list-events.ts";
import { EventStatus, ObsEventPage } from "../schema.ts";

export const listEvents = query({
  name: "obs.list_events",
  summary: "List telemetry events, newest first: what agents sent, and the start and end of each attempt at a task.",
  route: "GET /obs/events",
  permission: "obs:read",
  input: Fields({
    agent_id: Type.Optional(Id),
    task_id: Type.Optional(Id),
    run_id: Type.Optional(Id),
    event_type: Type.Optional(Type.String({ minLength: 1, maxLength: 50, pattern: "^[a-z_]+$" })),
    status: Type.Optional(EventStatus),
    ...PageInput,
  }),
  output: ObsEventPage,
  problems: [],
  async run({ tx }, { limit, cursor, ...filters }) {
    return listBoth(tx, filters, { limit, cursor });
  },
});
