/** Sends the page of the dashboard. The same page serves every path, and its script shows the content of the path. */
import { PassThrough, type Transform } from "node:stream";
import { constants, createBrotliCompress, createGzip } from "node:zlib";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../../kernel/problem.ts";
import { sendPage, startPage } from "../http/answer.ts";
import type { HttpTools } from "../http/tools.ts";
import { holderOf } from "../http/unsent.ts";
import { notBuilt } from "../pages/views.ts";
import { type Encoding, encodingFor } from "./encoding.ts";
import type { WebFile } from "./files.ts";

/** Brotli of this quality takes as long as gzip. */
const QUALITY = { [constants.BROTLI_PARAM_QUALITY]: 4 };
/** Each sends at once what was written, so that the browser draws the frame while the rest is read. */
const ENCODERS: Record<Encoding, () => Transform> = {
  br: () => createBrotliCompress({ params: QUALITY, flush: constants.BROTLI_OPERATION_FLUSH }),
  gzip: () => createGzip({ flush: constants.Z_SYNC_FLUSH }),
  identity: () => new PassThrough(),
};
/** The end of the page, before which its first answers stand. */
const END = "</body>";

/** Sends the page and returns undefined. Returns another page when the dashboard was not built. */
export async function openDashboard(
  request: FastifyRequest,
  reply: FastifyReply,
  index: WebFile | undefined,
): Promise<string | undefined> {
  if (!index) return notBuilt();
  const encoding = encodingFor(request.headers["accept-encoding"], index.has);
  const bytes = await index.bytes(encoding);
  if (!bytes) return notBuilt();
  sendPage(reply, 200, bytes, formHeaders(encoding));
  return undefined;
}

/** Sends the frame of the page at once, and then what `first` returns, before the end of the page. */
export async function openFilled(
  request: FastifyRequest,
  reply: FastifyReply,
  page: string,
  first: () => Promise<string>,
): Promise<void> {
  const at = page.lastIndexOf(END);
  const encoding = encodingFor(request.headers["accept-encoding"], () => true);
  const response = startPage(reply, formHeaders(encoding));
  if (!response) return;
  const encoder = ENCODERS[encoding]();
  encoder.pipe(response);
  encoder.write(page.slice(0, at));
  const rest = (await first()) + page.slice(at);
  encoder.end(rest);
  reply.server.unsent.answer(holderOf(request), response, Buffer.byteLength(rest));
}

export function formHeaders(encoding: string): Record<string, string> {
  return { vary: "accept-encoding", ...(encoding !== "identity" && { "content-encoding": encoding }) };
}

/** Returns true for a person with a valid session, also when the person is not in the chosen workspace. */
export async function isSignedIn({ identify }: HttpTools, request: FastifyRequest): Promise<boolean> {
  try {
    await identify(request);
    return true;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === "unauthenticated") return false;
    if (error.code === "not_found") return true;
    throw error;
  }
}
