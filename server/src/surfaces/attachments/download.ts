/** `GET /api/attachments/{id}`: the file, as a download that no browser shows or runs. */
import type { ServerResponse } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Actor } from "../../kernel/actor.ts";
import type { Operation, PublicCommand } from "../../kernel/operation.ts";
import { hasCurrentCopy, sendNotModified } from "../http/answer.ts";
import { requestInfo } from "../http/caller.ts";
import { untilDrained } from "../http/drained.ts";
import { allowanceHeaders } from "../http/limits.ts";
import type { HttpTools } from "../http/tools.ts";

interface Opened {
  name: string;
  /** The type to serve, which a browser does not run. */
  content_type: string;
  bytes: number;
  sha256: string;
  content_id: string;
}

export interface DownloadParts {
  open: Exclude<Operation, PublicCommand>;
  read(workspace: string, contentId: string, bytes: number): AsyncGenerator<Buffer>;
  /** A caller that reads nothing in this time is cut off. */
  drainMs: number;
}

/** After this many bytes the caller must still be allowed to read the file. */
const RECHECK_BYTES = 1024 * 1024;
/** A browser that shows a file in spite of everything runs nothing in it and loads nothing. */
const POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'";

export function createDownload(tools: HttpTools, { open, read, drainMs }: DownloadParts) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<number> => {
    const admitted = await tools.admit(request, "read");
    // Fastify types the parameters as unknown. The router makes them an object of strings.
    const { id } = request.params as Record<string, string>;
    const input = { ...(request.query as object), id };
    const find = async (actor: Actor) => {
      const answer = await tools.dispatcher.dispatch(open, actor, { input, request: requestInfo(request) });
      // The dispatcher returns the operation's output.
      return answer.output as Opened;
    };
    const file = await find(admitted);
    const etag = `"${file.sha256}"`;
    const caching = { "cache-control": "private, no-cache", etag };
    if (hasCurrentCopy(request, etag)) {
      sendNotModified(reply, caching);
      return 304;
    }
    const chunks = read(admitted.workspace, file.content_id, file.bytes);
    // Read before the head is sent, so that a failure is still a problem.
    const first = await chunks.next();
    reply.hijack();
    const { raw, server } = reply;
    raw.writeHead(200, {
      ...server.safety.answer,
      ...allowanceHeaders(request),
      ...caching,
      "x-request-id": request.id,
      "content-type": file.content_type,
      "content-length": file.bytes,
      "content-disposition": disposition(file.name),
      "content-security-policy": POLICY,
    });
    const unsent = tools.unsent.stream(admitted.credential, raw);
    let uncheckedBytes = 0;
    for (let chunk = first; !chunk.done; chunk = await chunks.next()) {
      uncheckedBytes += chunk.value.length;
      if (uncheckedBytes > RECHECK_BYTES) {
        await find(await tools.identify(request));
        uncheckedBytes = 0;
      }
      const isTaken = raw.write(chunk.value);
      unsent.count(raw.writableLength);
      if (!isTaken) await untilRead(raw, drainMs);
      if (raw.destroyed) break;
    }
    raw.end();
    return 200;
  };
}

/** Cuts off a caller that reads nothing in this time. */
async function untilRead(raw: ServerResponse, drainMs: number): Promise<void> {
  const timer = setTimeout(() => raw.destroy(), drainMs);
  await untilDrained(raw);
  clearTimeout(timer);
}

/** The name in ASCII for old clients, and the whole name as RFC 8187 writes it. */
function disposition(name: string): string {
  const ascii = name.replace(/[^A-Za-z0-9._ -]/g, "_");
  const whole = encodeURIComponent(name.toWellFormed()).replace(
    /['()*!]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${whole}`;
}
