/**
 * The hooks of Claude Code over HTTP. The client ignores an answer that is late or is no success, and then its own rules
 * decide. So a call that cannot be decided in time is denied with a success.
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Operation, PublicCommand } from "../../kernel/operation.ts";
import { invalid, Problem } from "../../kernel/problem.ts";
import { sendJson } from "../http/answer.ts";
import { requestInfo } from "../http/caller.ts";
import { problemOf } from "../http/errors.ts";
import type { Extension, HttpTools } from "../http/tools.ts";
import { answerTo, callOf, eventOf, type GateAnswer, WAITS, type Waits } from "./form.ts";

export interface HookParts {
  check: Exclude<Operation, PublicCommand>;
  /** Tests use a shorter time. */
  answerMs?: number;
}

const PATH = "/api/gate/claude-code";
const OPERATION = "gate.claude_code";
/** Longer bodies are refused before the gate sees them. */
const BODY_BYTES_MAX = 8 * 1024 * 1024;
/** The client waits for two seconds. */
const ANSWER_MS = 1_700;
const EVENT = "PreToolUse";

export function claudeCodeHooks({ check, answerMs = ANSWER_MS }: HookParts): Extension {
  return (app, tools) => {
    const counter = tools.counts.counter(OPERATION);
    app.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      const parser = { parseAs: "buffer", bodyLimit: BODY_BYTES_MAX } as const;
      scope.addContentTypeParser("application/json", parser, (_request, body, done) => done(null, body));
      // A body that is too long reaches no handler.
      scope.setErrorHandler((error, _request, reply) => void refuseOrFail(tools, reply, error));
      scope.route({
        method: "POST",
        url: PATH,
        config: { operation: OPERATION },
        bodyLimit: BODY_BYTES_MAX,
        onRequest(request, reply, done) {
          request.startedMs = performance.now();
          tools.admit(request, "work").then(
            () => done(),
            (error: unknown) => void refuseOrFail(tools, reply, error),
          );
        },
        async handler(request, reply) {
          const status = await answer(tools, { check, answerMs }, request, reply).catch((error: unknown) =>
            refuseOrFail(tools, reply, error),
          );
          counter.answered(status, performance.now() - request.startedMs);
          return reply;
        },
      });
    });
  };
}

/** A caller without a key, and a body that no client of this form sends, get a problem. Everything else is a denial. */
const NOT_DENIED: ReadonlySet<string> = new Set(["unauthenticated", "forbidden", "unsupported_media_type", "origin"]);

function refuseOrFail(tools: HttpTools, reply: FastifyReply, error: unknown): number {
  if (NOT_DENIED.has(problemOf(error).code) || error instanceof NotAHook) return tools.fail(reply, error);
  sendJson(reply, 200, answerTo(EVENT, denialOf(tools, error), "defer"));
  return 200;
}

class NotAHook extends Problem {}

function notAHook(path: string, message: string): NotAHook {
  const { code, message: text, details } = invalid(path, message);
  return new NotAHook(code, text, details);
}

async function answer(
  tools: HttpTools,
  { check, answerMs }: Required<HookParts>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<number> {
  const { dispatcher } = tools;
  const waits = waitsOf(request);
  const { actor } = request;
  if (!actor) throw new Error("A request passed without a credential.");
  if (actor.kind !== "agent") throw new Problem("forbidden", "Only agents ask the gate about calls.");
  const body = bodyOf(request);
  const call = callOf(body);
  if (!call) {
    sendJson(reply, 200, {});
    return 200;
  }
  const dispatched = dispatcher.dispatch(check, actor, { input: call.input, request: requestInfo(request) });
  const left = answerMs - (performance.now() - request.startedMs);
  const { output } = await inTime(dispatched, left).catch((error: unknown) => ({ output: denialOf(tools, error) }));
  // The operation has this output.
  sendJson(reply, 200, answerTo(call.event, output as GateAnswer, waits));
  return 200;
}

function denialOf({ log }: HttpTools, error: unknown): GateAnswer {
  const { code, message } = problemOf(error);
  if (code === "internal") log.error({ err: error }, "The gate could not decide.");
  return { decision: "deny", reason: `The gate could not decide, so the call is denied: ${message}`, input: null };
}

async function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Problem("unavailable", "It took too long.")), Math.max(0, ms));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function bodyOf({ body }: FastifyRequest): Record<string, unknown> {
  let read: unknown;
  try {
    read = JSON.parse(body instanceof Buffer ? body.toString("utf8") : "");
  } catch {
    throw notAHook("", "is not JSON.");
  }
  if (eventOf(read) === undefined) throw notAHook("/hook_event_name", "must name the event of the hook.");
  // `eventOf` has found an object.
  return read as Record<string, unknown>;
}

function waitsOf({ query }: FastifyRequest): Waits {
  const { waits = "defer" } = query as { waits?: unknown };
  const known = WAITS.find((one) => one === waits);
  if (!known) throw notAHook("/waits", `must be one of ${WAITS.join(", ")}.`);
  return known;
}
