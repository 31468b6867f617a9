import { Unfit } from "../../kernel/input/document.ts";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { invalid } from "../../kernel/problem.ts";
import { requireBatchSize } from "../../tiers/index.ts";
import { reportedOf } from "../cost-event.ts";
import { readEvent } from "../event-rules.ts";
import { eventsIngested } from "../facts.ts";
import { ingest } from "../ingest.ts";
import { countIngested } from "../ingest-counts.ts";
import { BATCH_BYTES_MAX, BATCH_VALUES_MAX, EVENT_TYPES, Ingested, IngestInput } from "../schema.ts";

export const ingestEvents = command({
  name: "obs.ingest",
  summary: "Send one event, or a batch of events, of what agents do and use.",
  description:
    `event_type is one of ${EVENT_TYPES.join(", ")}; status is success, error or info (the default). events are many ` +
    "events, each with the fields of a single one. tokens_in is all input, with the parts that the cache read (tokens_cached) and wrote (tokens_cache_write). " +
    "tokens_reasoning is a part of tokens_out. Without cost_usd, the cost is computed from the list price of the model. " +
    "An event with a dedupe_key counts once in 8 days. A wrong event is rejected with its place in the batch and a reason; the " +
    "others are stored. An agent sends its own events and may leave out agent_id.",
  route: "POST /obs/ingest/events",
  permission: "obs:write",
  input: IngestInput,
  inputLimits: { bytes: BATCH_BYTES_MAX, values: BATCH_VALUES_MAX, judgedApart: "events" },
  output: Ingested,
  problems: ["tier_limit"],
  // The work is done already: a pause must not lose its cost.
  whilePaused: true,
  async run({ tx, actor, now }, { events, ...single }) {
    if (events !== undefined && Object.keys(single).length > 0)
      throw invalid("/events", "must come alone, or not at all for a single event.");
    if (events === undefined && single.event_type === undefined)
      throw invalid("/event_type", "is missing: send one event, or events.");
    const sent: readonly unknown[] = events ?? [single];
    await requireBatchSize(tx, sent.length);
    const verdicts = sent.map((one) => {
      if (one instanceof Unfit) return { reason: one.reason };
      const { event, reason } = readEvent(one, now);
      return event ? { event: { ...event, reported: reportedOf(event) } } : { reason };
    });
    const { counts, unpriced, settle } = await ingest({ tx, actor, now, source: "api" }, verdicts);
    const { accepted, duplicates, rejected } = counts;
    const afterCommit = async () => countIngested(counts, unpriced);
    const limits = await settle();
    if (accepted === 0) return { ...unchanged(counts), afterCommit };
    const fact = eventsIngested(tx.workspace, { accepted, duplicates, rejected: rejected.length });
    return { ...changed(counts, fact, ...limits), afterCommit };
  },
});
