import Type from "typebox";
import { Unfit } from "../../kernel/input/document.ts";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields, Id, JsonObject, Literals } from "../../kernel/schema.ts";
import { readEvent } from "../event-rules.ts";
import { eventsIngested } from "../facts.ts";
import { countedByGateway } from "../gateway-calls.ts";
import { ingest } from "../ingest.ts";
import { countIngested } from "../ingest-counts.ts";
import { BATCH_MAX } from "../otlp/batches.ts";
import { OUTCOMES } from "../outcome-schema.ts";
import { addPoints } from "../outcomes.ts";
import { pointFault } from "../point-rules.ts";
import { BATCH_BYTES_MAX, BATCH_VALUES_MAX, Ingested } from "../schema.ts";

const Point = Fields({
  name: Literals(OUTCOMES),
  is_delta: Type.Boolean(),
  series: Type.String({ maxLength: 64 }),
  started_ms: Type.Number(),
  last_ms: Type.Number(),
  value: Type.Number({ minimum: 0 }),
  task_id: Type.Optional(Id),
  agent_id: Type.Optional(Id),
});

/** The surface that decoded a request dispatches this: only its cost is a list value, also of a subscription. */
export const ingestOtlp = command({
  name: "obs.ingest_otlp",
  summary: "Store the events and outcomes of an OTLP request.",
  route: "POST /obs/ingest/otlp",
  internal: "by-surface",
  permission: "obs:write",
  input: Fields({
    events: Type.Array(JsonObject, { maxItems: BATCH_MAX }),
    points: Type.Array(Point, { maxItems: BATCH_MAX }),
  }),
  inputLimits: { bytes: BATCH_BYTES_MAX, values: BATCH_VALUES_MAX, judgedApart: "events" },
  output: Ingested,
  problems: [],
  whilePaused: true,
  async run({ tx, actor, now }, { events, points }) {
    // Text that no database can hold rejects its event alone.
    const sent: readonly unknown[] = events;
    const counted = await countedByGateway(tx, events);
    const verdicts = sent.map((one) => {
      if (one instanceof Unfit) return { reason: one.reason };
      // The shape of the input says so.
      const { list_cost_nanos: list, trace_id: trace, gateway_key, ...fields } = one as (typeof events)[number];
      const { event, reason } = readEvent(fields, now);
      if (!event) return { reason };
      const reported = typeof list === "string" ? { list: BigInt(list) } : {};
      // A key that was counted makes the event a repeat.
      const key = typeof gateway_key === "string" && counted.has(gateway_key) ? { dedupe_key: gateway_key } : {};
      return { event: { ...event, ...key, reported, ...(typeof trace === "string" && { trace_id: trace }) } };
    });
    const { counts, unpriced, settle } = await ingest({ tx, actor, now, source: "otlp" }, verdicts);
    const faults = points.map((point) => pointFault(point, now));
    const right = points.filter((_, place) => faults[place] === undefined);
    const added = await addPoints(
      { tx, actor, now },
      right.map(({ task_id = null, agent_id = null, ...point }) => ({ ...point, task_id, agent_id })),
    );
    const late = faults.flatMap((reason, index) => (reason === undefined ? [] : [{ index, reason }]));
    const all: Ingested = {
      accepted: counts.accepted + added.accepted,
      rejected: [...counts.rejected, ...late, ...added.rejected],
      duplicates: counts.duplicates + added.duplicates,
      total_submitted: events.length + points.length,
    };
    const { accepted, duplicates, rejected } = all;
    const afterCommit = async () => countIngested(all, unpriced);
    const limits = await settle();
    if (accepted === 0) return { ...unchanged(all), afterCommit };
    const fact = eventsIngested(tx.workspace, { accepted, duplicates, rejected: rejected.length });
    return { ...changed(all, fact, ...limits), afterCommit };
  },
});
