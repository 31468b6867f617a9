/**
 * Writes all responses of this server straight to the socket. Fastify's own sending costs as much as the rest of a
 * request.
 */
import { createHash } from "node:crypto";
import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import { type Problem, problemBody } from "../../kernel/problem.ts";
import { allowanceHeaders } from "./limits.ts";
import { holderOf } from "./unsent.ts";

const JSON_TYPE = "application/json; charset=utf-8";
const PAGE_TYPE = "text/html; charset=utf-8";
const PROBLEM_TYPE = "application/problem+json; charset=utf-8";

export function sendJson(reply: FastifyReply, status: number, output: unknown, more?: OutgoingHttpHeaders): void {
  send(reply, status, JSON_TYPE, JSON.stringify(output ?? null), more);
}

export function sendProblem(reply: FastifyReply, problem: Problem): void {
  const headers: OutgoingHttpHeaders = { ...retryAfter(problem) };
  if (problem.status === 401) headers["www-authenticate"] = "Bearer";
  const body = JSON.stringify(problemBody(problem, reply.request.id));
  send(reply, problem.status, PROBLEM_TYPE, body, headers);
}

/** Returns the `Retry-After` header of a temporary problem. */
export function retryAfter({ details }: Problem): OutgoingHttpHeaders | undefined {
  const { retry_after_seconds: seconds } = details;
  return seconds === undefined ? undefined : { "retry-after": String(Math.max(1, Math.ceil(seconds))) };
}

export function sendText(
  reply: FastifyReply,
  type: string,
  text: string,
  more?: OutgoingHttpHeaders,
  status = 200,
): void {
  send(reply, status, type, text, more);
}

/** Sends a file. The caller sets the headers for caching. */
export function sendBytes(reply: FastifyReply, type: string, bytes: Buffer, more: OutgoingHttpHeaders): void {
  send(reply, 200, type, bytes, more);
}

/** For a file that keeps its name when it changes. The client checks each time whether its copy is still valid. */
export function sendTagged(reply: FastifyReply, type: string, bytes: Buffer, more?: OutgoingHttpHeaders): void {
  const etag = `"${createHash("sha256").update(bytes).digest("base64url")}"`;
  const headers = { "cache-control": "no-cache", etag, ...more };
  if (hasCurrentCopy(reply.request, etag)) sendNotModified(reply, headers);
  else sendBytes(reply, type, bytes, headers);
}

export function hasCurrentCopy({ headers }: FastifyRequest, etag: string): boolean {
  const known = (headers["if-none-match"] ?? "").split(",").map((one) => one.trim().replace(/^W\//, ""));
  return known.includes(etag) || known.includes("*");
}

export function sendNotModified(reply: FastifyReply, more: OutgoingHttpHeaders): void {
  reply.hijack();
  const { raw, request, server } = reply;
  if (raw.headersSent) return;
  raw.writeHead(304, { "x-request-id": request.id, ...server.safety.answer, ...allowanceHeaders(request), ...more });
  raw.end();
}

export function sendPage(reply: FastifyReply, status: number, page: string | Buffer, more?: OutgoingHttpHeaders): void {
  send(reply, status, PAGE_TYPE, page, more, reply.server.safety.page);
}

/** Sends the head of a page whose body follows in pieces. Returns undefined when nothing more may be sent. */
export function startPage(reply: FastifyReply, more: OutgoingHttpHeaders): ServerResponse | undefined {
  reply.hijack();
  const { raw, request, server } = reply;
  if (raw.headersSent) return undefined;
  const { page } = server.safety;
  const headers = { "content-type": PAGE_TYPE, "cache-control": "no-store", "x-request-id": request.id };
  raw.writeHead(200, { ...headers, ...page, ...allowanceHeaders(request), ...more });
  if (request.method !== "HEAD") return raw;
  raw.end();
  return undefined;
}

export function redirect(reply: FastifyReply, location: string, more?: OutgoingHttpHeaders): void {
  send(reply, 303, "text/plain; charset=utf-8", "", { location, ...more });
}

function send(
  reply: FastifyReply,
  status: number,
  type: string,
  body: string | Buffer,
  more?: OutgoingHttpHeaders,
  safety: OutgoingHttpHeaders = reply.server.safety.answer,
): void {
  reply.hijack();
  const { raw, request, server } = reply;
  if (raw.headersSent) return;
  const bytes = Buffer.byteLength(body);
  raw.writeHead(status, {
    "content-type": type,
    "content-length": bytes,
    "cache-control": "no-store",
    "x-request-id": request.id,
    ...safety,
    ...allowanceHeaders(request),
    ...more,
  });
  raw.end(body);
  // The kernel of this machine takes most responses at once.
  if (raw.writableLength > 0) server.unsent.answer(holderOf(request), raw, bytes);
}
