/** The two routes of attachments whose bodies are files. Everything else about attachments is an operation. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../../kernel/problem.ts";
import { refuseLate } from "../http/late-body.ts";
import type { Extension, HttpTools } from "../http/tools.ts";
import { drain, LateBody, type Pace } from "./body.ts";
import { createDownload, type DownloadParts } from "./download.ts";
import { createUpload, type UploadParts } from "./upload.ts";

/** A larger body counts as one request for each started piece. */
const PIECE_BYTES = 256 * 1024;
const PACE: Pace = { windowMs: 10_000, bytesMin: 64 * 1024 };
const DRAIN_MS = 30_000;
/** The status of a request that is late. */
const LATE = 408;

type Optional<T, K extends keyof T> = Omit<T, K> & Partial<Pick<T, K>>;
/** Tests set other limits. */
export type AttachmentParts = Optional<UploadParts, "pace"> & Optional<DownloadParts, "drainMs">;

export function attachmentRoutes(parts: AttachmentParts): Extension {
  return (app, tools) => {
    const uploads = { pace: PACE, ...parts };
    const upload = createUpload(tools, uploads);
    const download = createDownload(tools, { drainMs: DRAIN_MS, ...parts });
    const fail = (reply: FastifyReply, error: unknown) => refuse(tools, uploads, reply, error);
    const receive = run({ ...tools, fail }, "attachments.upload", upload);
    app.route({
      method: "POST",
      url: "/api/tasks/:id/attachments",
      config: { operation: "attachments.upload", pieceBytes: PIECE_BYTES },
      // The hook answers, so that the body is never collected.
      onRequest: (request, reply) => receive(request, reply),
      handler: () => Promise.reject(new Problem("internal", "The hook answers every upload.")),
    });
    app.get(
      "/api/attachments/:id",
      { exposeHeadRoute: false, config: { operation: "attachments.download" } },
      run(tools, "attachments.download", download),
    );
  };
}

/** Sends the refusal of an upload at once, and then reads the rest of the body. */
function refuse(tools: HttpTools, parts: Pick<UploadParts, "pace" | "bytesMax">, reply: FastifyReply, error: unknown) {
  const { raw } = reply.request;
  if (error instanceof LateBody) {
    refuseLate(reply.request);
    return LATE;
  }
  // Node drops the rest of a body that nobody has begun to read, without a limit.
  raw.read(0);
  const status = tools.fail(reply, error);
  void drain(raw, parts.pace, Math.min(Number(raw.headers["content-length"] ?? parts.bytesMax), parts.bytesMax));
  return status;
}

type Work = (request: FastifyRequest, reply: FastifyReply) => Promise<number>;

/** Runs the work of a route, and counts it. After the first byte, a problem can only cut the connection. */
function run({ counts, fail }: HttpTools, name: string, work: Work) {
  const counter = counts.counter(name);
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const startedMs = performance.now();
    work(request, reply)
      .catch((error: unknown) => {
        if (!reply.raw.headersSent) return fail(reply, error);
        reply.raw.destroy();
        return reply.raw.statusCode;
      })
      .then((status) => counter.answered(status, performance.now() - startedMs));
  };
}
