/** Measures batches of events with all their sums against plain COPY of the same rows into the same table. */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { connectionConfig } from "../server/src/db/connect.ts";
import { columnsOf, listOf } from "../server/src/kernel/db/columns.ts";
import { eventIds } from "../server/src/observability/event-ids.ts";
import { ingestEvents } from "../server/src/observability/operations/ingest-events.ts";
import { EventColumns, type EventRow } from "../server/src/observability/schema.ts";
import { measure } from "./callers.ts";
import type { Cluster } from "./cluster.ts";
import { figure, print, ratios, say } from "./figures.ts";
import { PIECE_MS, ROUNDS } from "./settings.ts";
import { createWorld, requestInfo, type World } from "./world.ts";

const BATCH = 1_000;
const LANES = [1, 4];
const TARGET = { is: "at least", value: 0.5 } as const;
const PAYLOAD = { session: "a session of an agent", tool: "read_file", attempt: 1 };

export async function measureTelemetry(cluster: Cluster): Promise<void> {
  const world = await createWorld(cluster, 8);
  const clients = LANES.flatMap((lanes) => Array.from({ length: lanes }, () => clientOf(cluster)));
  await Promise.all(clients.map((client) => client.connect()));
  const watched = { process: process.pid, postmaster: cluster.postmaster };
  const rates = new Map<string, number[]>();
  for (let round = -1; round < ROUNDS; round++) {
    for (const lanes of LANES) {
      const ours = await measure(lanes, PIECE_MS, () => sendBatch(world), watched);
      const copy = await measure(lanes, PIECE_MS, (lane) => copyBatch(clients[lane], world), watched);
      say(
        `round ${round}: ${lanes} lanes: ${ours.perSecond.toFixed(1)} batches a second, COPY ${copy.perSecond.toFixed(1)}`,
      );
      if (round < 0) continue;
      for (const [name, { perSecond }] of Object.entries({ ours, copy }))
        rates.set(`${name} ${lanes}`, [...(rates.get(`${name} ${lanes}`) ?? []), perSecond]);
    }
  }
  await Promise.all(clients.map((client) => client.end()));
  for (const lanes of LANES) {
    const [ours = [], copy = []] = [rates.get(`ours ${lanes}`), rates.get(`copy ${lanes}`)];
    print(figure(`${lanes} lanes: batches of ${BATCH} events with sums`, "per second", ours));
    print(figure(`${lanes} lanes: COPY of ${BATCH} rows`, "per second", copy));
    print(figure(`${lanes} lanes: batches with sums / COPY`, "ratio", ratios(ours, copy), TARGET));
  }
}

/** The events of one agent: three of four are calls of a model. */
export async function sendBatch({ app, workers }: World): Promise<void> {
  const worker = workers[Math.floor(Math.random() * workers.length)];
  if (!worker) throw new Error("There are no workers.");
  const events = Array.from({ length: BATCH }, (_, n) =>
    n % 4 === 0
      ? { event_type: "tool_call", payload: PAYLOAD }
      : {
          event_type: "llm_call",
          status: "success",
          provider: "anthropic",
          model: "claude-opus-4-5",
          tokens_in: 1_000 + n,
          tokens_out: 200,
          tokens_cached: 500,
          latency_ms: 800 + n,
          payload: PAYLOAD,
        },
  );
  await app.dispatcher.dispatch(ingestEvents, worker, { input: { events }, request: requestInfo() });
}

const COPY = `copy obs_events (workspace_id, ${listOf(columnsOf(EventColumns))}) from stdin`;

/** A call of a model as the server stores it. */
const CALL = {
  event_type: "llm_call",
  status: "success",
  provider: "anthropic",
  model: "claude-opus-4-5",
  tokens_out: 200,
  tokens_cached: 500,
  cost_nanos: 8_000_000,
  list_cost_nanos: 8_000_000,
  cost_source: "derived",
  price_source: "genai-prices anthropic/claude-opus-4-5",
  unpriced_classes: "{}",
};

/** The rows as `sendBatch` stores them. */
async function copyBatch(client: pg.Client | undefined, { workspace, workers }: World): Promise<void> {
  const now = new Date();
  const agent_id = workers[Math.floor(Math.random() * workers.length)]?.id ?? "";
  const lines = eventIds(now, BATCH).map((id, n) => {
    const row: Partial<Record<keyof EventRow, string | number>> = {
      id,
      occurred_at: now.toISOString(),
      agent_id,
      event_type: "tool_call",
      status: "info",
      billing_mode: "metered",
      payload: JSON.stringify(PAYLOAD),
      source: "api",
      is_other_model: "f",
      ...(n % 4 === 0 ? {} : { ...CALL, tokens_in: 1_000 + n, latency_ms: 800 + n }),
    };
    return `${[workspace, ...columnsOf(EventColumns).map((column) => row[column] ?? "\\N")].join("\t")}\n`;
  });
  if (!client) throw new Error("There is no connection for this lane.");
  await pipeline(Readable.from(lines), client.query(copyFrom(COPY)));
}

/** The pool of the server does not copy. The end of the cluster does not hide the error that ended a round. */
function clientOf({ socket }: Cluster): pg.Client {
  const client = new pg.Client(connectionConfig({ socket, size: 1 }));
  client.on("error", () => {});
  return client;
}
