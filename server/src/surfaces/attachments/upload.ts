/** `POST /api/tasks/{id}/attachments?name=`: the body is the file. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { networkOf } from "../../kernel/network.ts";
import type { Operation, PublicCommand } from "../../kernel/operation.ts";
import { invalid, Problem } from "../../kernel/problem.ts";
import { sendJson } from "../http/answer.ts";
import { addressOf, headerOf, requestInfo } from "../http/caller.ts";
import { createRoom } from "../http/room.ts";
import type { HttpTools } from "../http/tools.ts";
import { type Pace, piecesOf } from "./body.ts";

type Dispatched = Exclude<Operation, PublicCommand>;

interface Stored {
  sha256: string;
  bytes: number;
  head: Buffer;
  /** Called when the attachment was not added. */
  discard(): Promise<void>;
}

export interface UploadParts {
  /** Refuses before the body is read. */
  prepare: Dispatched;
  /** Adds the attachment once the bytes are stored. */
  add: Dispatched;
  write(workspace: string, body: AsyncIterable<Buffer>): Promise<Stored>;
  typeOf(declared: string | undefined, head: Buffer): string;
  bytesMax: number;
  pace: Pace;
}

/** An upload holds about 2 MiB. The limits of a credential and a network leave room for the others. */
const UPLOADS_MAX = { ofCredential: 4, ofWorkspace: 4, ofNetwork: 8, ofProcess: 32 };
const CROWD = {
  what: "uploads running",
  retry_after_seconds: 1,
  next_step: "Upload files one after another, or try again in a moment.",
};

type Upload = (request: FastifyRequest, reply: FastifyReply) => Promise<number>;

export function createUpload(tools: HttpTools, parts: UploadParts): Upload {
  const room = createRoom(UPLOADS_MAX, CROWD);
  return async (request, reply) => {
    const actor = await tools.admit(request, "write");
    const { id, name } = fieldsOf(request);
    const declared = declaredType(request);
    requireLength(request, parts.bytesMax);
    const about = { request: requestInfo(request) };
    const length = request.headers["content-length"];
    const expected = {
      ...(declared !== undefined && { content_type: declared }),
      ...(length !== undefined && { bytes: Number(length) }),
    };
    await tools.dispatcher.dispatch(parts.prepare, actor, { input: { id, name, ...expected }, ...about });
    const network = networkOf(addressOf(request));
    const leave = room.enter({ credential: actor.credential, workspace: actor.workspace, network });
    try {
      const { head, discard, ...stored } = await parts.write(actor.workspace, piecesOf(request.raw, parts.pace));
      // Equal uploads have equal inputs, so that a repeat with the same idempotency key gets the first answer.
      const input = { id, name, content_type: parts.typeOf(declared, head), ...stored };
      const idempotencyKey = headerOf(request, "idempotency-key");
      const adding = tools.dispatcher.dispatch(parts.add, actor, { input, ...about, idempotencyKey });
      const { status, output } = await adding.catch(async (error: unknown) => {
        await discard();
        throw error;
      });
      sendJson(reply, status, output);
      return status;
    } finally {
      leave();
    }
  };
}

function fieldsOf(request: FastifyRequest): { id: string; name: string } {
  // Fastify types both as unknown. The router makes objects of strings, and of lists for repeated names.
  const { id = "" } = request.params as Record<string, string>;
  const query = request.query as Record<string, string | string[]>;
  for (const field in query) {
    if (field !== "name") throw invalid(`/${field}`, "is not a query parameter of this route.");
  }
  const { name } = query;
  if (name === undefined) throw invalid("/name", "is required, as a query parameter.");
  if (typeof name !== "string") throw invalid("/name", "is given more than once.");
  return { id, name };
}

/** Returns the media type without its parameters; undefined when none is declared. */
function declaredType({ headers }: FastifyRequest): string | undefined {
  const type = headers["content-type"]?.split(";", 1)[0]?.trim();
  return type === "" ? undefined : type;
}

/** Throws for a compressed body, whose download would not say that it is compressed, and for a body that is too long. */
function requireLength({ headers }: FastifyRequest, bytesMax: number): void {
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") {
    throw new Problem("unsupported_media_type", "The body must not have a Content-Encoding.", {
      next_step: "Send the bytes of the file without Content-Encoding.",
    });
  }
  if (Number(headers["content-length"] ?? 0) <= bytesMax) return;
  throw new Problem("too_large", `A file may have at most ${bytesMax} bytes.`, { bytes_max: bytesMax });
}
