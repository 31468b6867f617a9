/** Serves the dashboard: its files to every caller, its pages to signed-in people. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { redirect, sendBytes, sendTagged } from "../http/answer.ts";
import { limitNetwork } from "../http/limits.ts";
import { type Extension, type HttpTools, nothingHere } from "../http/tools.ts";
import { afterSignIn, isOwnPath } from "../pages/after-sign-in.ts";
import { limitPage, servePage } from "../pages/answer-page.ts";
import { type Encoding, encodingFor, namesType } from "./encoding.ts";
import type { WebFile, WebFiles } from "./files.ts";
import { firstAnswers, type PresentEvent } from "./first-answers.ts";
import { formHeaders, isSignedIn, openDashboard, openFilled } from "./open.ts";

/** Paths below these names are no pages of the dashboard. */
const OTHER_PATHS = new Set(["api", "mcp", "docs", "dev", "metrics", ".well-known", "assets"]);
const CACHE_FOR_EVER = "public, max-age=31536000, immutable";

/** Without `presentEvent` the pages hold no answers. */
export function dashboard(web: WebFiles, presentEvent?: PresentEvent): Extension {
  return (app, tools) => {
    // The first load of a page is about thirty files and, in the page, fifteen reads: a network with 12,000 reads a
    // minute gets 260 first loads. Later loads find the assets in the browser's cache.
    const limited = { onRequest: limitNetwork(tools.allowances, tools.fail) };
    app.get<{ Params: { name: string } }>("/assets/:name", limited, (request, reply) =>
      serveFile(tools, request, reply, web.assets.get(request.params.name), serveAsset),
    );
    for (const [name, file] of web.others) {
      app.get(`/${name}`, limited, (request, reply) => serveFile(tools, request, reply, file, serveTagged));
    }
    const { pages } = web;
    const fill =
      pages && presentEvent && ((request: FastifyRequest) => fillOrLog(tools, app, request, pages, presentEvent));
    const limitPages = limitPage(tools);
    tools.fallbacks.push((request, reply) => {
      if (!wantsPage(request)) return false;
      limitPages(request, reply, () => servePage(tools, reply, () => showPage(tools, web, request, reply, fill)));
      return true;
    });
  };
}

/** The script of the page reads by itself what the page does not hold. */
function fillOrLog({ log }: HttpTools, ...[app, request, pages, presentEvent]: Parameters<typeof firstAnswers>) {
  return firstAnswers(app, request, pages, presentEvent).catch((error: unknown) => {
    log.warn({ err: error, request_id: request.id }, "A page was sent without the answers to its first reads.");
    return "";
  });
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
  sendBytes(reply, type, bytes, { "cache-control": CACHE_FOR_EVER, ...formHeaders(encoding) });
}

function serveTagged(reply: FastifyReply, type: string, bytes: Buffer, encoding: Encoding): void {
  sendTagged(reply, type, bytes, formHeaders(encoding));
}

/** Returns true for a browser that opens a page. Callers of the API do not name `text/html` in `Accept`. */
function wantsPage({ method, url, headers }: FastifyRequest): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  const [path = ""] = url.split("?", 1);
  const [, first = "", ...rest] = path.split("/");
  const isFile = (rest.at(-1) ?? first).includes(".");
  return isOwnPath(path) && !OTHER_PATHS.has(first) && !isFile && namesType(headers.accept, "text/html");
}

async function showPage(
  tools: HttpTools,
  web: WebFiles,
  request: FastifyRequest,
  reply: FastifyReply,
  fill: ((request: FastifyRequest) => Promise<string>) | undefined,
): Promise<string | undefined> {
  if (await isSignedIn(tools, request)) {
    const page = fill && (await web.index?.bytes("identity"))?.toString();
    if (!fill || page === undefined) return openDashboard(request, reply, web.index);
    await openFilled(request, reply, page, () => fill(request));
    return undefined;
  }
  const cookie = afterSignIn(tools.env.publicUrl).keep(request.url);
  redirect(reply, "/sign-in", cookie === undefined ? undefined : { "set-cookie": cookie });
  return undefined;
}
