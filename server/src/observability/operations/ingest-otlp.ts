import Type from "typebox";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields, JsonObject } from "../../kernel/schema.ts";
import { readEvent } from "../event-rules.ts";
import { eventsIngested } from "../facts.ts";
import { ingest } from "../ingest.ts";
import { countIngested } from "../ingest-counts.ts";
import { BATCH_BYTES_MAX, BATCH_EVENTS_MAX, BATCH_VALUES_MAX, Ingested } from "../schema.ts";

/** An agent exports every few seconds, so its requests hold few events that are read. */
const EVENTS_MAX = 4 * BATCH_EVENTS_MAX;

/** The surface that decoded a request dispatches this: only its cost is a list value, also of a subscription. */
export const ingestOtlp = command({
  name: "obs.ingest_otlp",
  summary: "Store the events of an OTLP request.",
  route: "POST /obs/ingest/otlp",
  internal: "by-surface",
  permission: "obs:write",
  input: Fields({ events: Type.Array(JsonObject, { maxItems: EVENTS_MAX }) }),
  inputLimits: { bytes: BATCH_BYTES_MAX, values: BATCH_VALUES_MAX },
  output: Ingested,
  problems: [],
  whilePaused: true,
  async run({ tx, actor, now }, { events }) {
    const verdicts = events.map(({ list_cost_nanos: list, ...fields }) => {
      const { event, reason } = readEvent(fields, now);
      const reported = typeof list === "string" ? { list: BigInt(list) } : {};
      return event ? { event: { ...event, reported } } : { reason };
    });
    const counts = { accepted: 0, rejected: [] as Ingested["rejected"], duplicates: 0, total_submitted: events.length };
    let unknown = 0;
    for (let start = 0; start < verdicts.length; start += BATCH_EVENTS_MAX) {
      const part = verdicts.slice(start, start + BATCH_EVENTS_MAX);
      const { counts: own, unpriced } = await ingest({ tx, actor, now, source: "otlp" }, part);
      const { accepted, rejected, duplicates } = own;
      unknown += unpriced;
      counts.accepted += accepted;
      counts.duplicates += duplicates;
      counts.rejected.push(...rejected.map(({ index, reason }) => ({ index: start + index, reason })));
    }
    const { accepted, duplicates, rejected } = counts;
    const afterCommit = async () => countIngested(counts, unknown);
    if (accepted === 0) return { ...unchanged(counts), afterCommit };
    const fact = eventsIngested(tx.workspace, { accepted, duplicates, rejected: rejected.length });
    return { ...changed(counts, fact), afterCommit };
  },
});
