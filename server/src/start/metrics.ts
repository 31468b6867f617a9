/** The metrics of the work, of the pool and of background work, for `/metrics`. */
import type { App } from "../app.ts";
import type { DatabasePool } from "../db/connect.ts";
import { readWorkNumbers, type WorkNumbers } from "../observability/store.ts";
import type { Counted, MetricSource } from "../surfaces/http/counts.ts";

/** The numbers of all workspaces are read at most once in this time. */
const KEPT_MS = 15_000;

type Labels = Record<string, string>;

export interface Measured {
  app: Pick<App, "db" | "signals">;
  pool: DatabasePool;
  /** Returns the seconds since the last complete round of each background work. */
  jobAges: () => readonly { job: string; seconds: number }[];
}

export function workMetrics({ app: { db, signals }, pool, jobAges }: Measured): readonly MetricSource[] {
  const facts = new Map<string, number>();
  signals.onAnyFacts((written) => {
    for (const { fact } of written) facts.set(fact.type, (facts.get(fact.type) ?? 0) + 1);
  });
  return [
    ...numbersOfWork(db),
    {
      name: "bailiwick_facts_total",
      read: () => ({
        ...gauge(
          "bailiwick_facts_total",
          "Facts that this process stored, by type, such as task.lease_expired.",
          [...facts].map(([type, count]) => [{ type }, count]),
        ),
        type: "counter",
      }),
    },
    {
      name: "bailiwick_pool_connections",
      read: () =>
        gauge("bailiwick_pool_connections", "Connections to the database by state.", [
          [{ state: "used" }, sum(pool, ({ totalCount, idleCount }) => totalCount - idleCount)],
          [{ state: "idle" }, sum(pool, ({ idleCount }) => idleCount)],
        ]),
    },
    {
      name: "bailiwick_pool_waiting",
      read: () => {
        const waiting = sum(pool, ({ waitingCount }) => waitingCount);
        return gauge("bailiwick_pool_waiting", "Calls that wait for a connection.", [[{}, waiting]]);
      },
    },
    {
      name: "bailiwick_job_age_seconds",
      read: () =>
        gauge(
          "bailiwick_job_age_seconds",
          "Time since the last complete round of a background work, such as the sweep of leases.",
          jobAges().map(({ job, seconds }) => [{ job }, seconds]),
        ),
    },
  ];
}

function numbersOfWork(db: App["db"]): readonly MetricSource[] {
  const read = kept(() => readWorkNumbers(db));
  const ofWork = (name: string, help: string, values: (numbers: WorkNumbers) => [Labels, bigint][]): MetricSource => ({
    name,
    // Without an answer of the database the metric has no value, and the other metrics are shown.
    read: async () => gauge(name, help, await read().then(values, () => [])),
  });
  const one = (value: bigint): [Labels, bigint][] => [[{}, value]];
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
    ofWork("bailiwick_agents_online", "Agents that called within a minute.", (numbers) => one(numbers.agents_online)),
  ];
}

function sum(
  pool: DatabasePool,
  count: (pool: Pick<DatabasePool, "totalCount" | "idleCount" | "waitingCount">) => number,
) {
  return count(pool) + count(pool.hot);
}

function gauge(name: string, help: string, values: readonly [Labels, number | bigint][]): Counted {
  const shown = values.map(([labels, value]) => ({ metricName: name, labels, value: Number(value) }));
  return { name, help, type: "gauge", values: shown };
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
