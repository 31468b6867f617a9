/** Serves the dashboard: its files to anybody, its pages to whoever is signed in. */
import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { redirect, sendBytes, sendNotModified } from "../http/answer.ts";
import { limitNetwork } from "../http/limits.ts";
import { type Extension, type HttpTools, nothingHere } from "../http/tools.ts";
import { afterSignIn, isOwnPath } from "../pages/after-sign-in.ts";
import { limitPage, servePage } from "../pages/answer-page.ts";
import { type Encoding, encodingFor, namesType } from "./encoding.ts";
import type { WebFile, WebFiles } from "./files.ts";
import { formHeaders, isSignedIn, openDashboard } from "./open.ts";

/** Below these lives something else, and what is not there is answered as they answer. */
const OTHERS = new Set(["api", "mcp", "docs", "dev", "metrics", ".well-known", "assets"]);
const FOR_EVER = "public, max-age=31536000, immutable";

export function dashboard(web: WebFiles): Extension {
  return (app, tools) => {
    // A load of the page with nothing kept is some fifteen files, so a network that may read 12,000 times a minute gets
    // 800 of them; after that browsers keep the assets, and each load is one or two reads.
    const limited = { onRequest: limitNetwork(tools.allowances, tools.fail) };
    app.get<{ Params: { name: string } }>("/assets/:name", limited, (request, reply) =>
      serveFile(tools, request, reply, web.assets.get(request.params.name), serveAsset),
    );
    for (const [name, file] of web.others) {
      app.get(`/${name}`, limited, (request, reply) => serveFile(tools, request, reply, file, serveTagged));
    }
    const limitPages = limitPage(tools);
    tools.elsewhere.push((request, reply) => {
      if (!asksForPage(request)) return false;
      limitPages(request, reply, () => servePage(tools, reply, () => showPage(tools, web, request, reply)));
      return true;
    });
  };
}

type Serve = (reply: FastifyReply, type: string, bytes: Buffer, encoding: Encoding) => void;

function serveFile(
  { fail }: HttpTools,
  request: FastifyRequest,
  reply: FastifyReply,
  file: WebFile | undefined,
  serve: Serve,
): void {
  if (!file) return void fail(reply, nothingHere());
  const encoding = encodingFor(request.headers["accept-encoding"], file.has);
  file.bytes(encoding).then(
    (bytes) => void (bytes ? serve(reply, file.type, bytes, encoding) : fail(reply, nothingHere())),
    (error: unknown) => void fail(reply, error),
  );
}

function serveAsset(reply: FastifyReply, type: string, bytes: Buffer, encoding: Encoding): void {
  sendBytes(reply, type, bytes, { "cache-control": FOR_EVER, ...formHeaders(encoding) });
}

/** These few keep their name when they change, so a browser asks each time whether they did. */
function serveTagged(reply: FastifyReply, type: string, bytes: Buffer, encoding: Encoding): void {
  const etag = `"${createHash("sha256").update(bytes).digest("base64url")}"`;
  const headers = { "cache-control": "no-cache", etag, ...formHeaders(encoding) };
  if (hasAlready(reply.request, etag)) sendNotModified(reply, headers);
  else sendBytes(reply, type, bytes, headers);
}

function hasAlready({ headers }: FastifyRequest, etag: string): boolean {
  const known = (headers["if-none-match"] ?? "").split(",").map((one) => one.trim().replace(/^W\//, ""));
  return known.includes(etag) || known.includes("*");
}

/** Somebody who opens an address in a browser; callers of the API do not ask for pages by name. */
function asksForPage({ method, url, headers }: FastifyRequest): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  const [path = ""] = url.split("?", 1);
  const [, first = "", ...rest] = path.split("/");
  const isFile = (rest.at(-1) ?? first).includes(".");
  return isOwnPath(path) && !OTHERS.has(first) && !isFile && namesType(headers.accept, "text/html");
}

async function showPage(
  tools: HttpTools,
  web: WebFiles,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<string | undefined> {
  if (await isSignedIn(tools, request)) return openDashboard(request, reply, web.index);
  const asked = afterSignIn(tools.env.publicUrl).keep(request.url);
  redirect(reply, "/sign-in", asked === undefined ? undefined : { "set-cookie": asked });
  return undefined;
}
