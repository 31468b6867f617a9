/** The routes for operators: health, readiness, the OpenAPI document and metrics. */
import type { FastifyRequest } from "fastify";
import type { Metric } from "prom-client";
import type { Operation } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { openApiDocument } from "../print/openapi.ts";
import { sendJson, sendText } from "./answer.ts";
import type { MetricSource } from "./counts.ts";
import { limitNetwork, takeOfNetwork } from "./limits.ts";
import type { Extension, HttpTools } from "./tools.ts";

export interface SystemOptions {
  operations: readonly Operation[];
  version: string;
  /** Names the installation in the answer of the health check, so that its operator knows which server answered. */
  installation?: string;
  /** Returns the reason why the server is not ready, for a person to read; undefined when it is ready. */
  ready: () => Promise<string | undefined>;
  /** The metrics of the work, besides those of the process and its requests. */
  metrics?: readonly MetricSource[];
}

const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
const NOT_READY_SECONDS = 2;
const NO_ANSWER = "The database does not answer.";
const SHUTTING_DOWN = "The server is shutting down.";
/** The readiness check is answered within this time, also when the database hangs. */
const READY_TIMEOUT_MS = 3_000;
/** The server checks at most once in this time, for any number of requests. */
const CACHED_MS = 1_000;

export function system({ operations, version, installation, ready, metrics: more = [] }: SystemOptions): Extension {
  const health = { status: "ok", ...(installation && { installation }) };
  return (app, tools) => {
    let document: string | undefined;
    let registry: ReturnType<typeof createRegistry> | undefined;
    // A reason is not cached, so that the next request sees at once when it has ended.
    const whyNotReady = cached(
      () => inTime(ready),
      (reason) => reason === undefined,
    );
    const metrics = cached(async () => {
      registry ??= createRegistry(tools, more);
      return (await registry).metrics();
    });

    app.get("/api/health", (_request, reply) => sendJson(reply, 200, health));
    app.get("/api/ready", (request, reply) => {
      countWithoutRefusing(tools, request);
      whyNotReady().then((found) => {
        const reason = tools.waiting.isEnding() ? SHUTTING_DOWN : found;
        if (reason === undefined) sendJson(reply, 200, { status: "ok" });
        else tools.fail(reply, notReady(reason));
      });
    });
    app.get("/api/openapi.json", { onRequest: limitNetwork(tools.allowances, tools.fail) }, (_request, reply) => {
      document ??= JSON.stringify(openApiDocument(operations, version));
      sendText(reply, "application/json; charset=utf-8", document);
    });
    app.get("/metrics", (request, reply) => {
      countWithoutRefusing(tools, request);
      metrics().then(
        (text) => sendText(reply, METRICS_TYPE, text),
        (error: unknown) => tools.fail(reply, error),
      );
    });
  };
}

/** The metrics of the process and of its requests. The library is loaded at the first request for metrics. */
async function createRegistry({ counts, toolCounts, waiting }: HttpTools, more: readonly MetricSource[]) {
  // The default export is the whole module, both from the sources and from a bundle.
  const { collectDefaultMetrics, Gauge, Registry } = (await import("prom-client")).default;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: "bailiwick_waiting",
    help: "Long polls and streams that wait.",
    registers: [registry],
    collect() {
      this.set(waiting.count());
    },
  });
  // Counting in the library costs more than the rest of a small request, so it only prints these.
  for (const { name, read } of [...counts.metrics, ...toolCounts.metrics, ...more]) {
    registry.registerMetric({ name, get: async () => read() } as unknown as Metric);
  }
  return registry;
}

/**
 * Counts a request of a monitor but never refuses it. Such requests cost at most one check a second. They count for
 * their network, so that a flood of them uses up the limit of that network's other requests.
 */
function countWithoutRefusing({ allowances }: HttpTools, request: FastifyRequest): void {
  try {
    takeOfNetwork(allowances, request, "read")?.catch(() => undefined);
  } catch {
    // The limit is used up. The network's other requests are refused.
  }
  request.counted = null;
}

/** Shares one running call among all callers. Caches the result for `CACHED_MS` if `isKept` returns true. */
function cached<T>(look: () => Promise<T>, isKept: (found: T) => boolean = () => true): () => Promise<T> {
  let last: { value: Promise<T>; endedAt: number | undefined } | undefined;
  return () => {
    const isOld = last?.endedAt !== undefined && performance.now() - last.endedAt >= CACHED_MS;
    if (last && !isOld) return last.value;
    const made: typeof last = { value: look(), endedAt: undefined };
    last = made;
    made.value.then(
      (found) => {
        made.endedAt = isKept(found) ? performance.now() : Number.NEGATIVE_INFINITY;
      },
      () => {
        made.endedAt = Number.NEGATIVE_INFINITY;
      },
    );
    return made.value;
  };
}

function notReady(reason: string): Problem {
  return new Problem("unavailable", reason, { retry_after_seconds: NOT_READY_SECONDS });
}

async function inTime(ready: SystemOptions["ready"]): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(NO_ANSWER), READY_TIMEOUT_MS);
  });
  try {
    return await Promise.race([ready(), late]);
  } catch {
    return NO_ANSWER;
  } finally {
    clearTimeout(timer);
  }
}
