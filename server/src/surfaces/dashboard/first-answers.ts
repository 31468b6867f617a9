/**
 * Puts the answers to the first reads of a page into the page, so that its first screen waits for no further request.
 * Each read goes through the route of its operation, so permission, request limits and the log are those of any caller.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { type FirstPage, type FirstPages, firstPageAt, rangeStart } from "./first-pages.ts";

/** The script of the page reads further answers itself. */
const BYTES_MAX = 512 * 1024;
const WORKSPACE = /^[\w-]{1,100}$/;
const ME = "/api/auth/me";

/** Returns the id of the present event of the live feed. */
export type PresentEvent = (workspace: string) => Promise<string>;

/** The person and the workspaces, as far as they are used here. */
interface Me {
  workspaces?: readonly { id: string }[];
}

/** Returns the elements to add to the page. */
export async function firstAnswers(
  app: FastifyInstance,
  request: FastifyRequest,
  pages: FirstPages,
  presentEvent: PresentEvent,
): Promise<string> {
  const address = new URL(request.url, "http://page");
  const page = firstPageAt(pages, address);
  const named = address.searchParams.get("workspace") ?? undefined;
  const chosen = named !== undefined && WORKSPACE.test(named) ? named.toLowerCase() : undefined;
  const me = await read(app, request, ME, chosen);
  const workspace = chosen ?? firstWorkspace(me);
  if (me === undefined || workspace === undefined) return preloads(page);
  // Read first: the feed repeats what happens after this event, so no answer below misses a change.
  const event = await presentEvent(workspace);
  const start = encodeURIComponent(rangeStart(pages.ranges_ms, workspace, Date.now()));
  const reads = page.reads.map((one) => one.replaceAll("{workspace}", workspace).replaceAll("{range_start}", start));
  const texts = await Promise.all(reads.map((url) => read(app, request, url, workspace)));
  const answers = withinLimit([[ME, me], ...reads.map((url, at): [string, string | undefined] => [url, texts[at]])]);
  const data = `{"workspace":${JSON.stringify(workspace)},"event":${JSON.stringify(event)},"answers":{${answers}}}`;
  // The browser runs no element of this type. An escaped "<" cannot end the element.
  return `${preloads(page)}<script type="application/json" id="first-answers">${data.replaceAll("<", "\\u003c")}</script>`;
}

function preloads({ scripts }: FirstPage): string {
  return scripts.map((name) => `<link rel="modulepreload" crossorigin href="/${name}">`).join("");
}

/** Returns the JSON, or undefined for a problem, which the script of the page gets again by itself. */
async function read(
  app: FastifyInstance,
  { headers, raw }: FastifyRequest,
  url: string,
  workspace: string | undefined,
): Promise<string | undefined> {
  const { cookie, host, "user-agent": agent, "x-forwarded-for": forwarded } = headers;
  const { remoteAddress } = raw.socket;
  // The caller is gone. Without an address, the read would count as one from this machine, which may be a trusted proxy.
  if (remoteAddress === undefined) return undefined;
  const answer = await app.inject({
    method: "GET",
    url,
    remoteAddress,
    headers: {
      ...(cookie !== undefined && { cookie }),
      ...(host !== undefined && { host }),
      ...(agent !== undefined && { "user-agent": agent }),
      ...(forwarded !== undefined && { "x-forwarded-for": forwarded }),
      ...(workspace !== undefined && { "bailiwick-workspace": workspace }),
    },
  });
  return answer.statusCode === 200 ? answer.payload : undefined;
}

function firstWorkspace(me: string | undefined): string | undefined {
  // The operation checks its answers.
  return me === undefined ? undefined : (JSON.parse(me) as Me).workspaces?.[0]?.id;
}

function withinLimit(answers: readonly (readonly [url: string, text: string | undefined])[]): string {
  let bytes = 0;
  const kept = answers.flatMap(([url, text]) => {
    const more = Buffer.byteLength(text ?? "");
    if (text === undefined || bytes + more > BYTES_MAX) return [];
    bytes += more;
    return [`${JSON.stringify(url)}:${text}`];
  });
  return kept.join(",");
}
