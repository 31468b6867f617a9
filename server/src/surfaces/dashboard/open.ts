/** Opens the dashboard: one page, whatever its address, which shows what that address asks for. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../../kernel/problem.ts";
import { sendPage } from "../http/answer.ts";
import type { HttpTools } from "../http/tools.ts";
import { notBuilt } from "../pages/views.ts";
import { encodingFor } from "./encoding.ts";
import type { WebFile } from "./files.ts";

/** Answers the page, or a text for it when there is none. */
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

/** Whoever is in no workspace is somebody too. */
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
