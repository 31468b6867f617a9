/** The pages of the server itself: sign-in, invitations, inbox and the first page. They work without scripts. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Operation } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import type { WebFiles } from "../dashboard/files.ts";
import { isSignedIn, openDashboard } from "../dashboard/open.ts";
import { redirect, sendText } from "../http/answer.ts";
import { requestInfo, requireOwnOrigin } from "../http/caller.ts";
import { requireUtf8, unsupportedMediaType } from "../http/errors.ts";
import { isAtThisMachine } from "../http/this-machine.ts";
import type { Extension, HttpTools } from "../http/tools.ts";
import { isServed } from "../served.ts";
import { afterSignIn } from "./after-sign-in.ts";
import { limitPage, servePage } from "./answer-page.ts";
import { addInbox, hasInbox, type Outbox } from "./inbox.ts";
import { acceptInvitation, showInvitation } from "./invitation.ts";
import { STYLE } from "./style.ts";
import * as views from "./views.ts";

export interface PagesOptions {
  operations: readonly Operation[];
  version: string;
  /** The dashboard, which a signed-in person sees; absent when it was not built. */
  web?: WebFiles;
  /** The mails of a server without a mail server. */
  outbox: Outbox | undefined;
}

const FORM_BYTES_MAX = 16 * 1024;
/** Short, so that the pages of a new version look right soon. */
const STYLE_CACHED_SECONDS = 60;

export function pages(options: PagesOptions): Extension {
  return (app, tools) => {
    const limited = { onRequest: limitPage(tools) };
    app.get("/page.css", limited, (_request, reply) => {
      sendText(reply, "text/css; charset=utf-8", STYLE, { "cache-control": `max-age=${STYLE_CACHED_SECONDS}` });
    });
    app.get("/", limited, (request, reply) => servePage(tools, reply, () => home(tools, options, request, reply)));
    app.get("/sign-in", limited, (request, reply) => servePage(tools, reply, async () => signInPage(tools, request)));
    app.get("/invitation", limited, (request, reply) =>
      servePage(tools, reply, async () => {
        await showInvitation(
          tools,
          options.operations,
          request,
          reply,
          await findPerson(tools, options.operations, request),
        );
        return undefined;
      }),
    );
    if (options.outbox) addInbox(app, tools, options.outbox, limited);
    app.register(async (forms) => {
      forms.removeAllContentTypeParsers();
      const parser = { parseAs: "string", bodyLimit: FORM_BYTES_MAX } as const;
      forms.addContentTypeParser("application/x-www-form-urlencoded", parser, (_request, body, done) =>
        done(null, body),
      );
      forms.addHook("onRequest", limited.onRequest);
      forms.post("/sign-in", (request, reply) => servePage(tools, reply, () => signIn(tools, options, request, reply)));
      forms.post("/invitation", (request, reply) =>
        servePage(tools, reply, async () => {
          const token = readForm(tools, request).get("token") ?? "";
          await acceptInvitation(tools, options.operations, request, reply, token);
          return undefined;
        }),
      );
      forms.post("/sign-out", (request, reply) =>
        servePage(tools, reply, () => signOut(tools, options, request, reply)),
      );
    });
  };
}

async function home(tools: HttpTools, options: PagesOptions, request: FastifyRequest, reply: FastifyReply) {
  const { operations, version, web } = options;
  if (await isSignedIn(tools, request)) return openDashboard(request, reply, web?.index);
  return views.home({ version, operations: operations.filter(isServed).length });
}

/** Reads the signed-in person with the operation `auth.me`. Returns undefined for a caller who is not signed in. */
async function findPerson(
  { identify, dispatcher }: HttpTools,
  operations: readonly Operation[],
  request: FastifyRequest,
) {
  const me = operations.find(({ route }) => route === "GET /auth/me");
  if (!me || me.kind === "public") return undefined;
  try {
    const actor = await identify(request);
    const { output } = await dispatcher.dispatch(me, actor, { input: {}, request: requestInfo(request) });
    // The part of the output of `auth.me` that the page shows.
    const { user } = output as { user?: { email?: string } | null };
    return { email: user?.email ?? actor.kind };
  } catch (error) {
    if (error instanceof Problem && error.status < 500) return undefined;
    throw error;
  }
}

async function signInPage({ env }: HttpTools, request: FastifyRequest): Promise<string> {
  const { token } = request.query as { token?: string | string[] };
  if (typeof token === "string" && token !== "") return views.confirmSignIn(token);
  return views.requestLink(env.delivery, isAtThisMachine(request) ? env.settings.ownerEmail : undefined);
}

async function signIn(tools: HttpTools, options: PagesOptions, request: FastifyRequest, reply: FastifyReply) {
  const form = readForm(tools, request);
  const token = form.get("token");
  if (token !== null) {
    const { session } = await dispatchPublic(tools, options, "POST /auth/verify", request, { token });
    const after = afterSignIn(tools.env.publicUrl);
    const next = after.path(request.headers.cookie);
    const cookies = [...(session ? [tools.cookie.write(session)] : []), ...(next === undefined ? [] : [after.forget])];
    redirect(reply, next ?? "/", { "set-cookie": cookies });
    return undefined;
  }
  const email = form.get("email") ?? "";
  const { output } = await dispatchPublic(tools, options, "POST /auth/request-magic-link", request, { email });
  // The output of `auth.request_magic_link`.
  const { message, dev_link: link } = output as { message: string; dev_link?: string };
  const showsInbox = options.outbox !== undefined && hasInbox(tools, request);
  return views.linkSent({ message, link, delivery: tools.env.delivery, hasInbox: showsInbox });
}

async function signOut(tools: HttpTools, options: PagesOptions, request: FastifyRequest, reply: FastifyReply) {
  readForm(tools, request);
  const { session } = await dispatchPublic(tools, options, "POST /auth/logout", request, {});
  redirect(reply, "/", session && { "set-cookie": tools.cookie.write(session) });
  return undefined;
}

/** Reads a form. Throws when the form comes from a page of another origin. */
function readForm({ origins }: HttpTools, request: FastifyRequest): URLSearchParams {
  requireOwnOrigin(request, origins);
  if (request.body !== undefined && typeof request.body !== "string") throw unsupportedMediaType();
  requireUtf8(request);
  return new URLSearchParams(request.body ?? "");
}

async function dispatchPublic(
  { dispatcher, cookie }: HttpTools,
  { operations }: PagesOptions,
  route: Operation["route"],
  request: FastifyRequest,
  input: Record<string, string>,
) {
  const operation = operations.find((one) => one.route === route);
  if (operation?.kind !== "public") throw new Problem("not_found", "This server has no sign-in.");
  const session = cookie.read(request.headers.cookie);
  return dispatcher.dispatchPublic(operation, { input, request: requestInfo(request, session) });
}
