import Type from "typebox";
import { may } from "../../kernel/actor.ts";
import { query } from "../../kernel/operation.ts";
import { Fields, Id, IncludeTitles, PageInput } from "../../kernel/schema.ts";
import { listTitles } from "../../tasks/index.ts";
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
    include: IncludeTitles,
    ...PageInput,
  }),
  output: ObsEventPage,
  problems: [],
  async run({ tx, actor }, { limit, cursor, include, ...filters }) {
    const { kept_days } = await retentionOf(tx);
    const today = dayOf(tx.now);
    const { history } = withinHistory(tx.now, { from: today, to: today }, kept_days);
    const page = await listBoth(tx, { ...filters, since: history.from }, { limit, cursor });
    const ids = may(actor, "tasks:read") ? new Set(page.items.flatMap(({ task_id: id }) => id ?? [])) : [];
    const titles = include === "titles" ? await listTitles(tx, [...ids]) : undefined;
    return { ...page, history, ...(titles && { task_titles: Object.fromEntries(titles) }) };
  },
});
