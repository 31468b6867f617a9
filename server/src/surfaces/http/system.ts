/** Whether the server lives, whether it is ready, what it offers and how it does. */
import type { Operation } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { openApiDocument } from "../openapi/document.ts";
import { sendJson, sendText } from "./answer.ts";
import { limitNetwork } from "./limits.ts";
import type { Extension, HttpTools } from "./tools.ts";

export interface SystemOptions {
  operations: readonly Operation[];
  version: string;
  /** Whether the database is reachable and its migrations are current. */
  ready: () => Promise<boolean>;
}

const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
const NOT_READY_SECONDS = 2;
/** Whoever asks learns within this time, also when the database hangs. Milliseconds. */
const READY_TIMEOUT_MS = 3_000;

export function system({ operations, version, ready }: SystemOptions): Extension {
  return (app, tools) => {
    let document: string | undefined;
    let registry: ReturnType<typeof processMetrics> | undefined;

    app.get("/api/health", (_request, reply) => sendJson(reply, 200, { status: "ok" }));
    app.get("/api/ready", (_request, reply) => {
      isReady(ready).then(
        (is) =>
          is && !tools.waiting.isEnding() ? sendJson(reply, 200, { status: "ok" }) : tools.fail(reply, notReady()),
        (error: unknown) => tools.fail(reply, error),
      );
    });
    // Whoever watches the server asks the others as often as they like.
    app.get("/api/openapi.json", { onRequest: limitNetwork(tools.allowances, tools.fail) }, (_request, reply) => {
      document ??= JSON.stringify(openApiDocument(operations, version));
      sendText(reply, "application/json; charset=utf-8", document);
    });
    app.get("/metrics", (_request, reply) => {
      registry ??= processMetrics();
      metricsText(registry, tools).then(
        (text) => sendText(reply, METRICS_TYPE, text),
        (error: unknown) => tools.fail(reply, error),
      );
    });
  };
}

/** Of the process itself. Loaded and begun when somebody asks for the first time. */
async function processMetrics() {
  // The default is the module itself, from its sources and from a bundle alike.
  const { collectDefaultMetrics, Registry } = (await import("prom-client")).default;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

async function metricsText(registry: ReturnType<typeof processMetrics>, tools: HttpTools): Promise<string> {
  const process = await (await registry).metrics();
  const open = `# TYPE bailiwick_waiting gauge\nbailiwick_waiting ${tools.waiting.count()}\n`;
  return `${process}\n${open}${tools.counts.text()}`;
}

function notReady(): Problem {
  return new Problem("unavailable", "The database is not reachable, or not up to date.", {
    retry_after_seconds: NOT_READY_SECONDS,
  });
}

async function isReady(ready: () => Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), READY_TIMEOUT_MS);
  });
  try {
    return await Promise.race([ready(), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
