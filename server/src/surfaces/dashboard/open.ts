/** Sends the page of the dashboard. The same page serves every path, and its script shows the content of the path. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../../kernel/problem.ts";
import { sendPage } from "../http/answer.ts";
import type { HttpTools } from "../http/tools.ts";
import { notBuilt } from "../pages/views.ts";
import { encodingFor } from "./encoding.ts";
import type { WebFile } from "./files.ts";

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
