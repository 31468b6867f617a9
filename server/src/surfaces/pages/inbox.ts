/** The inbox of a server without a mail server. The code that the terminal printed opens all of its mails. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from "fastify";
import { Problem } from "../../kernel/problem.ts";
import { redirect } from "../http/answer.ts";
import { isListed } from "../http/caller.ts";
import { cameDirectly, isAtThisMachine } from "../http/this-machine.ts";
import { type HttpTools, nothingHere } from "../http/tools.ts";
import { servePage } from "./answer-page.ts";
import * as views from "./views.ts";

export interface Outbox {
  /** Changes at each start of the server. */
  code: string;
  mails: () => readonly views.KeptMail[];
}

const PATH = "/dev/inbox";
const COOKIE = "bailiwick_inbox";
const COOKIE_PAIR = new RegExp(`(?:^|;)[ \t]*${COOKIE}=([A-Za-z0-9_-]{1,100})[ \t]*(?:;|$)`);

export function addInbox(app: FastifyInstance, tools: HttpTools, outbox: Outbox, limited: RouteShorthandOptions): void {
  app.get(PATH, limited, (request, reply) => {
    // For requests from other machines, the page does not exist.
    if (hasInbox(tools, request)) servePage(tools, reply, async () => showInbox(outbox, request, reply));
    else tools.fail(reply, cameDirectly(request) ? noInboxAt(request) : nothingHere());
  });
}

/** A listed address opens the inbox too, but only with the code: strangers may know a name, and not the code. */
export function hasInbox({ hosts = [] }: Pick<HttpTools, "hosts">, request: FastifyRequest): boolean {
  if (isAtThisMachine(request)) return true;
  const address = `http://${request.headers.host ?? ""}`;
  if (!URL.canParse(address) || !cameDirectly(request)) return false;
  return isListed(hosts, new URL(address), request.socket.localPort);
}

function noInboxAt({ headers }: FastifyRequest): Problem {
  const address = `http://${headers.host ?? ""}`;
  const host = URL.canParse(address) ? new URL(address).host : "this address";
  return new Problem("not_found", `There is nothing here at ${host}.`, {
    next_step: `Open the address that the terminal printed. If you run this server and opened it at ${host}, add ${host} to BAILIWICK_HOSTS.`,
  });
}

function showInbox({ code, mails }: Outbox, request: FastifyRequest, reply: FastifyReply): string | undefined {
  // Fastify types the query as unknown. Its parser makes it an object of strings, and of lists for repeated names.
  const { code: given } = request.query as { code?: string | string[] };
  if (given === undefined) {
    const isKnown = isSame(COOKIE_PAIR.exec(request.headers.cookie ?? "")?.[1], code);
    if (isKnown) return views.inbox(mails());
    return views.openInbox(isAtThisMachine(request) ? mails().filter(({ isOpen }) => isOpen === true) : []);
  }
  if (typeof given !== "string" || !isSame(given, code)) {
    throw new Problem("forbidden", "This is not the code of the inbox.", {
      next_step: "Open the address that the terminal printed at the start of the server. A restart makes a new code.",
    });
  }
  // Redirect to the address without the code, so that the code is not in the browser's history.
  redirect(reply, PATH, { "set-cookie": `${COOKIE}=${code}; Path=/dev; HttpOnly; SameSite=Lax` });
  return undefined;
}

/** Compares in constant time. */
function isSame(text: string | undefined, code: string): boolean {
  const digest = (of: string) => createHash("sha256").update(of).digest();
  return text !== undefined && timingSafeEqual(digest(text), digest(code));
}
