/** The metrics of the work, of the pool and of background work, for `/metrics`. */
import type { App } from "../app.ts";
import type { DatabasePool } from "../db/connect.ts";
import type { Notifier } from "../db/notify.ts";
import { telemetryExpired } from "../observability/facts.ts";
import { ingestCounts } from "../observability/ingest-counts.ts";
import {
  readTelemetryNumbers,
  readWorkNumbers,
  type TelemetryNumbers,
  type WorkNumbers,
} from "../observability/store/work.ts";
import { cycleCounts } from "../risk/cycle-counts.ts";
import type { Counted, MetricSource } from "../surfaces/http/counts.ts";

/** The numbers of all workspaces are read at most once in this time. */
const KEPT_MS = 15_000;

type Labels = Record<string, string>;

export interface Measured {
  app: Pick<App, "db" | "signals">;
  pool: DatabasePool;
  /** Returns the seconds since the last complete round of each background work. */
  jobAges: () => readonly { job: string; seconds: number }[];
  notifier: Pick<Notifier, "lagSeconds">;
}

export function workMetrics({ app: { db, signals }, pool, jobAges, notifier }: Measured): readonly MetricSource[] {
  const facts = new Map<string, number>();
  const expired = { rows: 0, bytes: 0 };
  signals.onAnyFacts((written) => {
    for (const { fact } of written) {
      facts.set(fact.type, (facts.get(fact.type) ?? 0) + 1);
      if (fact.type !== telemetryExpired.type) continue;
      expired.rows += Number(fact.data.rows);
      expired.bytes += Number(fact.data.bytes);
    }
  });
  return [
    ...numbersOfWork(db),
    ...numbersOfTelemetry(db, expired),
    metric("bailiwick_notify_seconds", "Time that the last notification of this process took to come back.", () => {
      const seconds = notifier.lagSeconds();
      return seconds === undefined ? [] : [[{}, seconds]];
    }),
    metric(
      "bailiwick_facts_total",
      "Facts that this process stored, by type, such as task.lease_expired.",
      () => [...facts].map(([type, count]) => [{ type }, count]),
      "counter",
    ),
    metric("bailiwick_pool_connections", "Connections to the database by state.", () => [
      [{ state: "used" }, sum(pool, ({ totalCount, idleCount }) => totalCount - idleCount)],
      [{ state: "idle" }, sum(pool, ({ idleCount }) => idleCount)],
    ]),
    metric("bailiwick_pool_waiting", "Calls that wait for a connection.", () => [
      [{}, sum(pool, ({ waitingCount }) => waitingCount)],
    ]),
    metric(
      "bailiwick_job_age_seconds",
      "Time since the last complete round of a background work, such as the sweep of leases.",
      () => jobAges().map(({ job, seconds }) => [{ job }, seconds]),
    ),
  ];
}

function numbersOfWork(db: App["db"]): readonly MetricSource[] {
  const read = kept(() => readWorkNumbers(db));
  // Without an answer of the database the metric has no value, and the other metrics are shown.
  const ofWork = (name: string, help: string, values: (numbers: WorkNumbers) => Values) =>
    metric(name, help, () => read().then(values, () => []));
  const one = (value: bigint): Values => [[{}, value]];
  return [
    ofWork("bailiwick_tasks", "Open tasks by state.", ({ queued, running, blocked }) => [
      [{ status: "queued" }, queued],
      [{ status: "running" }, running],
      [{ status: "blocked" }, blocked],
    ]),
    ofWork("bailiwick_oldest_queued_seconds", "Age of the oldest queued task; 0 without one.", (numbers) =>
      one(numbers.oldest_queued_seconds),
    ),
    ofWork("bailiwick_replies_overdue", "Messages whose reply is late.", (numbers) => one(numbers.replies_overdue)),
    ofWork("bailiwick_agents_online", "Agents whose presence is online.", (numbers) => one(numbers.agents_online)),
  ];
}

function numbersOfTelemetry(db: App["db"], expired: { rows: number; bytes: number }): readonly MetricSource[] {
  const read = kept(() => readTelemetryNumbers(db));
  const gauge = (name: string, help: string, value: (numbers: TelemetryNumbers) => number) =>
    metric(name, help, () =>
      read().then(
        (numbers): Values => [[{}, value(numbers)]],
        () => [],
      ),
    );
  const counter = (name: string, help: string, values: () => Values) => metric(name, help, values, "counter");
  return [
    counter("bailiwick_ingest_events_total", "Events that were sent to this process, by result.", () => {
      const { accepted, rejected, duplicates } = ingestCounts();
      return [
        [{ result: "accepted" }, accepted],
        [{ result: "rejected" }, rejected],
        [{ result: "duplicate" }, duplicates],
      ];
    }),
    counter("bailiwick_ingest_unpriced_total", "Accepted events whose cost is unknown.", () => [
      [{}, ingestCounts().unpriced],
    ]),
    counter(
      "bailiwick_risk_cycles_total",
      "Cycles over the limits of all workspaces in this process, by result.",
      () => {
        const { complete, truncated } = cycleCounts();
        return [
          [{ result: "complete" }, complete],
          [{ result: "truncated" }, truncated],
        ];
      },
    ),
    counter("bailiwick_risk_turns_total", "The turns of workspaces in these cycles, by result.", () => {
      const { turns, failed_turns } = cycleCounts();
      return [
        [{ result: "done" }, turns - failed_turns],
        [{ result: "failed" }, failed_turns],
      ];
    }),
    gauge("bailiwick_event_days", "Days with a partition of events.", ({ days }) => days),
    gauge("bailiwick_event_days_ahead", "Days after today that have a partition.", ({ days_ahead }) => days_ahead),
    counter("bailiwick_expired_rows_total", "Rows of telemetry that this process deleted.", () => [[{}, expired.rows]]),
    counter("bailiwick_expired_bytes_total", "The size of these rows.", () => [[{}, expired.bytes]]),
    gauge(
      "bailiwick_notify_queue_ratio",
      "The share of PostgreSQL's queue of notifications that is in use.",
      ({ notify_queue }) => notify_queue,
    ),
  ];
}

function sum(
  pool: DatabasePool,
  count: (pool: Pick<DatabasePool, "totalCount" | "idleCount" | "waitingCount">) => number,
) {
  return count(pool) + count(pool.hot);
}

type Values = readonly (readonly [Labels, number | bigint])[];

function metric(
  name: string,
  help: string,
  read: () => Values | Promise<Values>,
  type: Counted["type"] = "gauge",
): MetricSource {
  return {
    name,
    async read() {
      const values = (await read()).map(([labels, value]) => ({ metricName: name, labels, value: Number(value) }));
      return { name, help, type, values };
    },
  };
}

/** Shares one reading among all metrics of a scrape and the scrapes soon after it. A failure is not kept. */
function kept<T>(read: () => Promise<T>): () => Promise<T> {
  let last: { value: Promise<T>; atMs: number } | undefined;
  return () => {
    if (last && performance.now() - last.atMs < KEPT_MS) return last.value;
    const made = { value: read(), atMs: performance.now() };
    last = made;
    made.value.catch(() => {
      if (last === made) last = undefined;
    });
    return made.value;
  };
}
