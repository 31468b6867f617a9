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

export function createCounts() {
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

  return { counter, text: () => metricsText(all) };
}

export type Counts = ReturnType<typeof createCounts>;

/** Returns the counts in the text format of Prometheus. */
function metricsText(all: ReadonlyMap<string, Series>): string {
  const used = [...all].filter(([, { count }]) => count > 0);
  const requests = used.flatMap(([operation, { statuses }]) =>
    [...statuses].map(
      ([status, count]) => `bailiwick_http_requests_total{operation="${operation}",status="${status}"} ${count}`,
    ),
  );
  return [
    "# HELP bailiwick_http_requests_total Responses by operation and status.",
    "# TYPE bailiwick_http_requests_total counter",
    ...requests,
    "# HELP bailiwick_http_request_seconds Time from the request's arrival to its response.",
    "# TYPE bailiwick_http_request_seconds histogram",
    ...used.flatMap(([operation, series]) => histogram(operation, series)),
    "",
  ].join("\n");
}

function histogram(operation: string, { buckets, sumMs, count }: Series): string[] {
  const name = "bailiwick_http_request_seconds";
  let below = 0;
  const lines = BOUNDS_SECONDS.map((bound, index) => {
    below += buckets[index] ?? 0;
    return `${name}_bucket{operation="${operation}",le="${bound}"} ${below}`;
  });
  return [
    ...lines,
    `${name}_bucket{operation="${operation}",le="+Inf"} ${count}`,
    `${name}_sum{operation="${operation}"} ${sumMs / 1_000}`,
    `${name}_count{operation="${operation}"} ${count}`,
  ];
}
