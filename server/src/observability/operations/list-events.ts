import Type from "typebox";
import { query } from "../../kernel/operation.ts";
import { Fields, Id, PageInput } from "../../kernel/schema.ts";
import { withinHistory } from "../history.ts";
import { listEvents as listBoth } from "../list-events.ts";
import { dayOf } from "../metrics.ts";
import { ObsEventPage } from "../metrics-schema.ts";
import { retentionOf } from "../retention.ts";
import { EventStatus } from "../schema.ts";

export const listEvents = query({
  name: "obs.list_events",
  summary: "List telemetry events, newest first: what agents sent, and the start and end of each attempt at a task.",
  description:
    "An event with the source task begins or ends an attempt. Its end has the duration in latency_ms, and the tokens and " +
    "the cost of the telemetry of the attempt, which the events of that telemetry have too: sum one of both.",
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
    const { kept_days } = await retentionOf(tx);
    const today = dayOf(tx.now);
    const { history } = withinHistory(tx.now, { from: today, to: today }, kept_days);
    return { ...(await listBoth(tx, { ...filters, since: history.from }, { limit, cursor })), history };
  },
});
