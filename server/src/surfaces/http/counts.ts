/** Counts responses by operation, status and time. Cheap enough for every request. */
export interface Counter {
  answered(status: number, elapsedMs: number): void;
}

/** The upper bounds of the buckets. */
const BOUNDS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

interface Series {
  statuses: Map<number, number>;
  buckets: number[];
  sumMs: number;
  count: number;
}

/** Counts requests, and calls of tools under names of their own. */
export function createCounts(kind: "http_request" | "tool_call" = "http_request") {
  const all = new Map<string, Series>();

  function counter(operation: string): Counter {
    const series = all.get(operation) ?? {
      statuses: new Map(),
      buckets: BOUNDS_SECONDS.map(() => 0),
      sumMs: 0,
      count: 0,
    };
    all.set(operation, series);
    return {
      answered(status, elapsedMs) {
        series.statuses.set(status, (series.statuses.get(status) ?? 0) + 1);
        series.count++;
        series.sumMs += elapsedMs;
        const bucket = BOUNDS_SECONDS.findIndex((bound) => elapsedMs <= bound * 1_000);
        if (bucket >= 0) series.buckets[bucket] = (series.buckets[bucket] ?? 0) + 1;
      },
    };
  }

  const [total, seconds] = [`bailiwick_${kind}s_total`, `bailiwick_${kind}_seconds`];
  const metrics: readonly MetricSource[] = [
    { name: total, read: () => requestCounts(total, all) },
    { name: seconds, read: () => requestTimes(seconds, all) },
  ];
  return { counter, metrics };
}

export type Counts = ReturnType<typeof createCounts>;

/** A metric as prom-client prints it. */
export interface Counted {
  name: string;
  help: string;
  type: "counter" | "gauge" | "histogram";
  values: { metricName: string; labels: Record<string, string | number>; value: number }[];
}

export interface MetricSource {
  name: string;
  read: () => Counted | Promise<Counted>;
}

function requestCounts(name: string, all: ReadonlyMap<string, Series>): Counted {
  const values = [...all].flatMap(([operation, { statuses }]) =>
    [...statuses].map(([status, value]) => ({ metricName: name, labels: { operation, status }, value })),
  );
  return { name, help: "Responses by operation and status.", type: "counter", values };
}

function requestTimes(name: string, all: ReadonlyMap<string, Series>): Counted {
  const values = [...all]
    .filter(([, { count }]) => count > 0)
    .flatMap(([operation, { buckets, sumMs, count }]) => {
      let below = 0;
      const bucket = (le: string | number, value: number) => ({
        metricName: `${name}_bucket`,
        labels: { operation, le },
        value,
      });
      return [
        ...BOUNDS_SECONDS.map((bound, index) => {
          below += buckets[index] ?? 0;
          return bucket(bound, below);
        }),
        bucket("+Inf", count),
        { metricName: `${name}_sum`, labels: { operation }, value: sumMs / 1_000 },
        { metricName: `${name}_count`, labels: { operation }, value: count },
      ];
    });
  return { name, help: "Time from the request's arrival to its response.", type: "histogram", values };
}
