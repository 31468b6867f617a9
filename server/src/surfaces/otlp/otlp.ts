/** OTLP over HTTP: agents that export telemetry need no change. Each request is answered as the protocol says. */
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Operation, PublicCommand } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { sendBytes, sendJson } from "../http/answer.ts";
import { requestInfo } from "../http/caller.ts";
import { codeOf } from "../http/errors.ts";
import type { Extension, HttpTools } from "../http/tools.ts";

type Signal = "logs" | "traces" | "metrics";
type Encoding = "json" | "protobuf";

interface OtlpRead {
  inputs: readonly Record<string, unknown>[];
  /** The records that are in no input, and why. */
  refused: number;
  reason: string;
}

export interface OtlpParts {
  /** Returns the inputs of the operation. Throws `invalid_input` for bytes that are no request. */
  read(signal: Signal, body: Buffer, encoding: Encoding): OtlpRead;
  ingest: Exclude<Operation, PublicCommand>;
}

/** The bytes of a body as it is sent, and as it is after decompression. */
const SENT_BYTES_MAX = 4 * 1024 * 1024;
const BODY_BYTES_MAX = 8 * 1024 * 1024;
const ENCODINGS: Readonly<Record<string, Encoding>> = {
  "application/json": "json",
  "application/x-protobuf": "protobuf",
};
const REJECTED: Readonly<Record<Signal, string>> = {
  logs: "rejectedLogRecords",
  traces: "rejectedSpans",
  metrics: "rejectedDataPoints",
};
/** The reasons that a partial success names. */
const REASONS_MAX = 3;

export function otlpRoutes(parts: OtlpParts): Extension {
  return (app, tools) => {
    const counter = tools.counts.counter("obs.otlp");
    app.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      const parser = { parseAs: "buffer", bodyLimit: SENT_BYTES_MAX } as const;
      scope.addContentTypeParser(Object.keys(ENCODINGS), parser, (_request, body, done) => done(null, body));
      for (const signal of ["logs", "traces", "metrics"] as const) {
        scope.route({
          method: "POST",
          url: `/otlp/v1/${signal}`,
          config: { operation: "obs.otlp" },
          bodyLimit: SENT_BYTES_MAX,
          // A caller without a credential or over its limit is refused before the body is read.
          onRequest(request, reply, done) {
            request.startedMs = performance.now();
            tools.admit(request, "write").then(
              () => done(),
              (error: unknown) => tools.fail(reply, error),
            );
          },
          async handler(request, reply) {
            const status = await receive(tools, parts, signal, request, reply).catch((error: unknown) =>
              tools.fail(reply, error),
            );
            counter.answered(status, performance.now() - request.startedMs);
            return reply;
          },
        });
      }
    });
  };
}

async function receive(
  { dispatcher }: HttpTools,
  { read, ingest }: OtlpParts,
  signal: Signal,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<number> {
  const [type = ""] = (request.headers["content-type"] ?? "").split(";", 1);
  const encoding = ENCODINGS[type.trim().toLowerCase()];
  const { actor } = request;
  if (!encoding || !actor) throw new Problem("unsupported_media_type", "The body must be protobuf or JSON.");
  const { inputs, refused, reason } = read(signal, await unpacked(request), encoding);
  const all = refused > 0 ? [reason] : [];
  let rejected = refused;
  // One after the other: a sender that repeats the request after a failure finds the first ones stored, as duplicates.
  for (const input of inputs) {
    const { output } = await dispatcher.dispatch(ingest, actor, { input, request: requestInfo(request) });
    // The operation has this output.
    const result = output as { rejected: { reason: string }[] };
    rejected += result.rejected.length;
    all.push(...result.rejected.map((one) => one.reason));
  }
  const reasons = [...new Set(all)].slice(0, REASONS_MAX).join(" ");
  if (encoding === "protobuf") {
    sendBytes(reply, "application/x-protobuf", partialSuccess(rejected, reasons), {});
    return 200;
  }
  const partial = { [REJECTED[signal]]: String(rejected), errorMessage: reasons };
  sendJson(reply, 200, rejected === 0 ? {} : { partialSuccess: partial });
  return 200;
}

const gunzipped = promisify(gunzip);

async function unpacked({ headers, body }: FastifyRequest): Promise<Buffer> {
  const bytes = body instanceof Buffer ? body : Buffer.alloc(0);
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding === "identity") return bytes;
  if (encoding !== "gzip") throw new Problem("unsupported_media_type", "Content-Encoding must be gzip or absent.");
  try {
    return await gunzipped(bytes, { maxOutputLength: BODY_BYTES_MAX });
  } catch (error) {
    if (codeOf(error) !== "ERR_BUFFER_TOO_LARGE")
      throw new Problem("invalid_input", "The body is not gzip.", { errors: [] });
    throw new Problem("too_large", `The body is larger than ${BODY_BYTES_MAX} bytes after decompression.`);
  }
}

/** `partial_success` is field 1: the number is its field 1, and the text its field 2. Without rejections it is absent. */
function partialSuccess(rejected: number, reasons: string): Buffer {
  if (rejected === 0) return Buffer.alloc(0);
  const text = Buffer.from(reasons);
  const inside = Buffer.concat([Buffer.from([0x08, ...varint(rejected), 0x12, ...varint(text.length)]), text]);
  return Buffer.concat([Buffer.from([0x0a, ...varint(inside.length)]), inside]);
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}
