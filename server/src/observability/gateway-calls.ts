/** The calls of the model gateway as events. The gateway saw the answer of the provider, so its event is the one that counts. */
import type { ReadTx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import type { BillingMode } from "../kernel/schema.ts";
import { batchPrices, costOfEvent, reportedOf } from "./cost-event.ts";
import { eventIds } from "./event-ids.ts";
import { type ReadEvent, readEvent, type Verdict } from "./event-rules.ts";
import { eventsIngested } from "./facts.ts";
import { type Ingest, ingest } from "./ingest.ts";
import { countIngested } from "./ingest-counts.ts";
import { shortHash } from "./short-hash.ts";
import { findKeys, insertKeys } from "./store/keys.ts";
import { findOverrides } from "./store/overrides.ts";

export interface GatewayCall {
  id: string;
  /** The fields of an event. */
  event: Readonly<Record<string, unknown>>;
  /** The keys under which other signals report the same call. They count as repeats from now on. */
  aliases: readonly string[];
}

export interface StoredCalls {
  facts: Fact[];
  /** Applies the limits on usage, and returns their facts. It comes last but for the return of reservations. */
  settle(): Promise<Fact[]>;
  afterCommit(): Promise<void>;
}

/** Stores the calls. No sender can use the key of such an event, because no input may contain NUL. */
export async function storeGatewayCalls(
  { tx, actor, now }: Omit<Ingest, "source">,
  calls: readonly GatewayCall[],
): Promise<StoredCalls> {
  const aliases = [...new Set(calls.flatMap((call) => call.aliases))];
  const verdicts = calls.map(({ id, event }) => {
    const read = eventOf(event, now);
    if (!read.event) return read;
    return { event: { ...read.event, dedupe_key: `gateway\0${id}`, reported: reportedOf(read.event) } };
  });
  if (aliases.length > 0) await insertKeys(tx, aliases.map(shortHash), eventIds(now, 1)[0] ?? "");
  const { counts, unpriced, settle } = await ingest({ tx, actor, now, source: "gateway" }, verdicts);
  const { accepted, duplicates, rejected } = counts;
  return {
    facts: accepted > 0 ? [eventsIngested(tx.workspace, { accepted, duplicates, rejected: rejected.length })] : [],
    settle,
    afterCommit: async () => countIngested(counts, unpriced),
  };
}

const DETAILS = ["tokens_cached", "tokens_cache_write", "tokens_cache_write_1h", "tokens_reasoning", "web_searches"];

/** A provider may report parts that are more than the whole. Then only the whole counts. */
function eventOf(event: GatewayCall["event"], now: Date): Verdict<ReadEvent> {
  const read = readEvent(event, now);
  if (read.event) return read;
  return readEvent(Object.fromEntries(Object.entries(event).filter(([name]) => !DETAILS.includes(name))), now);
}

interface Expected {
  provider: string;
  model: string;
  tokens_in: number;
  tokens_out: number;
  billing_mode: BillingMode;
}

/** Returns what a call would cost, billed and at list price, in nano-dollars; undefined for a model without a price. */
export async function expectedCost(
  tx: ReadTx,
  { provider, model, tokens_in, tokens_out, billing_mode }: Expected,
  now: Date,
): Promise<{ billed: bigint; list: bigint } | undefined> {
  const event = { provider, model, tokens_in, tokens_out, event_type: "llm_call", billing_mode } as const;
  const at = { occurred_at: now.toISOString(), reported: {} };
  const cost = costOfEvent({ ...event, ...at }, batchPrices(await findOverrides(tx, [model])));
  if (cost.list_cost_nanos === null) return undefined;
  return { billed: cost.cost_nanos ?? cost.list_cost_nanos, list: cost.list_cost_nanos };
}

/** Returns the keys of those events that went through the gateway and were counted there. */
export async function countedByGateway(
  tx: ReadTx,
  events: readonly Readonly<Record<string, unknown>>[],
): Promise<ReadonlySet<string>> {
  const keys = new Set(events.flatMap(({ gateway_key: key }) => (typeof key === "string" ? [key] : [])));
  const hashes = await findKeys(tx, [...keys].map(shortHash));
  return new Set([...keys].filter((key) => hashes.has(shortHash(key))));
}
