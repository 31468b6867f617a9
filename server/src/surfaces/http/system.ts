/** Whether the server lives, whether it is ready, what it offers and how it does. */
import type { FastifyRequest } from "fastify";
import type { Operation } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { openApiDocument } from "../print/openapi.ts";
import { sendJson, sendText } from "./answer.ts";
import { limitNetwork, takeOfNetwork } from "./limits.ts";
import type { Extension, HttpTools } from "./tools.ts";

export interface SystemOptions {
  operations: readonly Operation[];
  version: string;
  /** Why the server is not ready, as a person understands it; undefined when it is. */
  ready: () => Promise<string | undefined>;
}

const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
const NOT_READY_SECONDS = 2;
const NO_ANSWER = "The database does not answer.";
const SHUTTING_DOWN = "The server is shutting down.";
/** The readiness check is answered within this time, also when the database hangs. Milliseconds. */
const READY_TIMEOUT_MS = 3_000;
/** However many ask, the server looks once in this time. Milliseconds. */
const KEPT_MS = 1_000;

export function system({ operations, version, ready }: SystemOptions): Extension {
  return (app, tools) => {
    let document: string | undefined;
    let registry: ReturnType<typeof processMetrics> | undefined;
    // Trouble is looked at again at once, so that its end is told at once.
    const whyNotReady = remembered(
      () => inTime(ready),
      (why) => why === undefined,
    );
    const metrics = remembered(() => {
      registry ??= processMetrics();
      return metricsText(registry, tools);
    });

    app.get("/api/health", (_request, reply) => sendJson(reply, 200, { status: "ok" }));
    app.get("/api/ready", (request, reply) => {
      countUnrefused(tools, request);
      whyNotReady().then((why) => {
        const reason = tools.waiting.isEnding() ? SHUTTING_DOWN : why;
        if (reason === undefined) sendJson(reply, 200, { status: "ok" });
        else tools.fail(reply, notReady(reason));
      });
    });
    app.get("/api/openapi.json", { onRequest: limitNetwork(tools.allowances, tools.fail) }, (_request, reply) => {
      document ??= JSON.stringify(openApiDocument(operations, version));
      sendText(reply, "application/json; charset=utf-8", document);
    });
    app.get("/metrics", (request, reply) => {
      countUnrefused(tools, request);
      metrics().then(
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

/**
 * A monitor is never refused, and costs one look a second however often it asks. What it asks counts for its network all
 * the same, so that a flood of such requests ends the other requests of that network.
 */
function countUnrefused({ allowances }: HttpTools, request: FastifyRequest): void {
  try {
    takeOfNetwork(allowances, request, "read")?.catch(() => undefined);
  } catch {
    // Used up, which other routes tell.
  }
  request.counted = null;
}

/** What the last look found, while it is under way and, if it is worth keeping, for a second after. */
function remembered<T>(look: () => Promise<T>, isKept: (found: T) => boolean = () => true): () => Promise<T> {
  let last: { value: Promise<T>; endedAt: number | undefined } | undefined;
  return () => {
    const isOld = last?.endedAt !== undefined && performance.now() - last.endedAt >= KEPT_MS;
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
