/** One call of a model: reserve, send, pass the answer on, settle. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Actor } from "../../kernel/actor.ts";
import type { RequestInfo } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { concerns, type Whose } from "../../kernel/signals.ts";
import { requestInfo } from "../http/caller.ts";
import { type HttpTools, shuttingDown } from "../http/tools.ts";
import { type Received, readReceived, sentBody } from "./body.ts";
import { ask, type Line, NoAnswer, passOn } from "./forward.ts";
import { sentHeaders, taskIdOf } from "./headers.ts";
import type { Format, Provider, Target } from "./paths.ts";

/** The call as the limits allow it. */
export interface Begun {
  url: string;
  secret: string;
  /** The model to use in place of the one in the request. */
  model: string | null;
}

export interface Wanted {
  provider: Provider;
  call: { model: string; characters: number; tokens_out_max: number | null; task_id: string | null } | null;
}

/** The end of a call, for its costs. */
export interface CallEnd {
  format: Format;
  model: string;
  /** Null when no answer began. */
  status: number | null;
  isWhole: boolean;
  /** The request left this server. */
  isSent: boolean;
  error: string | null;
  elapsedMs: number;
  requestHeaders: FastifyRequest["headers"];
  answerHeaders: Readonly<Record<string, string | string[] | undefined>>;
}

export interface OpenCall extends Begun {
  /** Follows the bytes of the answer. */
  follow(format: Format, isStream: boolean): (bytes: Buffer) => void;
  /** Counts the costs, or gives the reservation back. Never throws. */
  end(end: CallEnd): void;
}

export interface CallParts extends Line {
  begin(actor: Actor, wanted: Wanted, request: RequestInfo): Promise<OpenCall>;
}

interface Running {
  request: FastifyRequest;
  actor: Actor;
  cut: () => void;
}

export function createCalls(tools: HttpTools, parts: CallParts) {
  const running = new Set<Running>();

  /** Cuts the calls of credentials that are no longer valid. */
  function check(whose: Whose): void {
    for (const one of running) {
      if (!concerns(whose, one.actor)) continue;
      tools.identify(one.request).catch((error: unknown) => {
        // While the database is away, the credential cannot be checked.
        if (!(error instanceof Problem) || error.status !== 503) one.cut();
      });
    }
  }

  async function run(request: FastifyRequest, reply: FastifyReply): Promise<number> {
    const { actor, gateway } = request;
    if (!actor || !gateway) throw new Error("The request was not admitted.");
    if (tools.waiting.isEnding()) throw shuttingDown();
    const { target } = gateway;
    requirePlain(request);
    const body = request.body instanceof Buffer ? request.body : Buffer.alloc(0);
    const received = target.format && readReceived(target.format, body);
    const call = received && {
      model: received.model,
      characters: body.length,
      tokens_out_max: received.tokensOutMax,
      task_id: taskIdOf(request.headers) ?? null,
    };
    const open = await parts.begin(actor, { provider: target.provider, call: call ?? null }, requestInfo(request));
    const controller = new AbortController();
    const one = { request, actor, cut: () => reply.raw.destroy() };
    const gone = () => controller.abort();
    running.add(one);
    reply.raw.once("close", gone);
    if (reply.raw.destroyed) gone();
    const sent = target.format && received ? sentBody(target.format, body, received, open.model) : body;
    try {
      return await exchange({ request, reply, target, open, received, sent, signal: controller.signal });
    } finally {
      running.delete(one);
      reply.raw.off("close", gone);
    }
  }

  interface Exchanged {
    request: FastifyRequest;
    reply: FastifyReply;
    target: Target;
    open: OpenCall;
    received: Received | undefined;
    sent: Buffer;
    signal: AbortSignal;
  }

  async function exchange({ request, reply, target, open, received, sent, signal }: Exchanged): Promise<number> {
    const startedMs = performance.now();
    const { format } = target;
    const about = { model: open.model ?? received?.model ?? "", requestHeaders: request.headers };
    const end = (how: Pick<CallEnd, "status" | "isWhole" | "isSent" | "error" | "answerHeaders">) => {
      if (format) open.end({ ...about, ...how, format, elapsedMs: performance.now() - startedMs });
    };
    const outgoing = {
      method: request.method,
      url: `${open.url}${target.path}${request.gateway?.query ?? ""}`,
      headers: sentHeaders(request.headers, target.provider, open.secret),
      body: request.method === "POST" ? sent : undefined,
    };
    const { socket } = reply.raw;
    try {
      // A model may think longer than a connection may be quiet here.
      socket?.setTimeout(parts.silenceMs + parts.drainMs);
      const answer = await ask(outgoing, parts, signal);
      // Nobody needs the body any more.
      request.body = undefined;
      const { statusCode: status = 0, headers } = answer;
      const isStream = String(headers["content-type"]).includes("text/event-stream");
      const follow = format && status < 300 ? open.follow(format, isStream) : () => undefined;
      reply.hijack();
      const unsent = tools.unsent.stream(request.actor?.credential ?? "", reply.raw);
      const own = { ...reply.server.safety.answer, "bailiwick-request-id": request.id };
      const isWhole = await passOn(answer, reply.raw, parts, { own, onBytes: follow, onUnsent: unsent.count });
      end({ status, isWhole, isSent: true, error: null, answerHeaders: headers });
      return status;
    } catch (error) {
      const isSent = error instanceof NoAnswer && signal.aborted;
      end({ status: null, isWhole: false, isSent, error: errorOf(error), answerHeaders: {} });
      throw error;
    }
  }

  return { run, check };
}

const errorOf = (error: unknown) => (error instanceof NoAnswer ? error.message : "The gateway failed.");

/** The model and the limits stand in the body, so it must be readable. */
function requirePlain({ headers }: FastifyRequest): void {
  if ((headers["content-encoding"] ?? "identity") === "identity") return;
  throw new Problem("unsupported_media_type", "The gateway reads bodies without Content-Encoding only.");
}
