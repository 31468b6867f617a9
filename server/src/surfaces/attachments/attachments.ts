/** The two routes of attachments whose bodies are files. All else about attachments are operations. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../../kernel/problem.ts";
import type { Extension, HttpTools } from "../http/tools.ts";
import { createDownload, type DownloadParts } from "./download.ts";
import { SLOTS } from "./slots.ts";
import { createUpload, type UploadParts } from "./upload.ts";

/** A larger body counts as one request for each started piece. */
const PIECE_BYTES = 256 * 1024;
const STALLED_MS = 10_000;
const DRAIN_MS = 30_000;

type Optional<T, K extends keyof T> = Omit<T, K> & Partial<Pick<T, K>>;
/** Tests set other limits. */
export type AttachmentParts = Optional<UploadParts, "slots" | "stalledMs"> & Optional<DownloadParts, "drainMs">;

export function attachmentRoutes(parts: AttachmentParts): Extension {
  return (app, tools) => {
    const upload = createUpload(tools, { slots: SLOTS, stalledMs: STALLED_MS, ...parts });
    const download = createDownload(tools, { drainMs: DRAIN_MS, ...parts });
    const receive = run(tools, "attachments.upload", upload);
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
