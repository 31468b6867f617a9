/** Sends the server's own traces to a receiver of OpenTelemetry: OTLP over HTTP in its JSON encoding. */
import { randomBytes } from "node:crypto";
import type { EndedOperation } from "../kernel/dispatch/reported.ts";
import { PROBLEM_STATUS } from "../kernel/problem.ts";
import type { Logger } from "./log.ts";

/** Spans that wait. Later ones are dropped, so that a receiver that is away costs no memory. */
const WAITING_MAX = 2_048;
const BATCH_MAX = 512;
const EVERY_MS = 5_000;
const REQUEST_MS_MAX = 10_000;
const LAST_REQUEST_MS_MAX = 2_000;
/** A receiver that is away is logged this often. */
const WARN_EVERY_MS = 60_000;

export interface TraceExporterOptions {
  url: string;
  headers: Readonly<Record<string, string>>;
  version: string;
  log: Pick<Logger, "warn">;
}

export interface TraceExporter {
  record(ended: EndedOperation): void;
  /** Sends what waits. */
  flush(msMax?: number): Promise<void>;
  close(): Promise<void>;
}

export function createTraceExporter({ url, headers, version, log }: TraceExporterOptions): TraceExporter {
  let waiting: object[] = [];
  let dropped = 0;
  let warnedMs = Number.NEGATIVE_INFINITY;
  let sending: Promise<void> = Promise.resolve();

  function lost(spans: number, reason: string): void {
    dropped += spans;
    if (performance.now() - warnedMs < WARN_EVERY_MS) return;
    warnedMs = performance.now();
    log.warn({ spans: dropped, reason }, "Spans were not sent to the receiver of traces.");
    dropped = 0;
  }

  async function send(spans: readonly object[], msMax: number): Promise<void> {
    const body = JSON.stringify(requestOf(spans, version));
    try {
      const answer = await fetch(url, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body,
        redirect: "error",
        signal: AbortSignal.timeout(msMax),
      });
      await answer.body?.cancel();
      if (!answer.ok) lost(spans.length, `The receiver answered ${answer.status}.`);
    } catch (error) {
      lost(spans.length, error instanceof Error ? error.message : String(error));
    }
  }

  function flush(msMax = REQUEST_MS_MAX): Promise<void> {
    sending = sending.then(async () => {
      while (waiting.length > 0) {
        const spans = waiting.slice(0, BATCH_MAX);
        waiting = waiting.slice(BATCH_MAX);
        await send(spans, msMax);
      }
    });
    return sending;
  }

  const timer = setInterval(() => void flush(), EVERY_MS);
  timer.unref();
  return {
    record(ended) {
      if (waiting.length >= WAITING_MAX) return lost(1, "Too many spans wait.");
      waiting.push(spanOf(ended));
      if (waiting.length === BATCH_MAX) void flush();
    },
    flush,
    async close() {
      clearInterval(timer);
      await flush(LAST_REQUEST_MS_MAX);
    },
  };
}

/** The kind of a span: a caller waits for the answer. */
const SERVER = 2;
const STATUS_ERROR = 2;

/** The name, the times and the code of the problem, and nothing of what a workspace holds. */
function spanOf({ name, kind, request, startedMs, endedMs, code }: EndedOperation): object {
  return {
    traceId: request.trace_id ?? randomBytes(16).toString("hex"),
    spanId: randomBytes(8).toString("hex"),
    ...(request.span_id && { parentSpanId: request.span_id }),
    name,
    kind: SERVER,
    startTimeUnixNano: nanosOf(startedMs),
    endTimeUnixNano: nanosOf(endedMs),
    attributes: attributesOf({
      "bailiwick.operation.kind": kind,
      "bailiwick.request_id": request.id,
      ...(code !== null && { "error.type": code }),
    }),
    // A refusal is an answer. Only a fault of the server is an error.
    status: code !== null && PROBLEM_STATUS[code] >= 500 ? { code: STATUS_ERROR } : {},
  };
}

function nanosOf(ms: number): string {
  return String(BigInt(Math.round(ms * 1_000)) * 1_000n);
}

function requestOf(spans: readonly object[], version: string) {
  const resource = { attributes: attributesOf({ "service.name": "bailiwick", "service.version": version }) };
  return { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "bailiwick", version }, spans }] }] };
}

function attributesOf(fields: Readonly<Record<string, string>>) {
  return Object.entries(fields).map(([key, stringValue]) => ({ key, value: { stringValue } }));
}
