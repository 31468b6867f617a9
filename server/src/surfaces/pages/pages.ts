/** The few pages the server draws itself. They work without script. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Operation } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import type { WebFiles } from "../dashboard/files.ts";
import { isSignedIn, openDashboard } from "../dashboard/open.ts";
import { redirect, sendText } from "../http/answer.ts";
import { requestInfo, requireOwnOrigin } from "../http/caller.ts";
import { unsupportedMediaType } from "../http/errors.ts";
import { isAtThisMachine } from "../http/this-machine.ts";
import type { Extension, HttpTools } from "../http/tools.ts";
import { isServed } from "../served.ts";
import { afterSignIn } from "./after-sign-in.ts";
import { limitPage, servePage } from "./answer-page.ts";
import { addInbox, type Outbox } from "./inbox.ts";
import { acceptInvitation, showInvitation } from "./invitation.ts";
import { STYLE } from "./style.ts";
import * as views from "./views.ts";

export interface PagesOptions {
  operations: readonly Operation[];
  version: string;
  /** What somebody signed in sees first; absent when it was not built. */
  web?: WebFiles;
  /** Mails that were not sent but kept here. */
  outbox: Outbox | undefined;
}

const FORM_BYTES_MAX = 16 * 1024;
/** Style rarely changes, and a new version must still look right at once. Seconds. */
const STYLE_KEPT_SECONDS = 60;

export function pages(options: PagesOptions): Extension {
  return (app, tools) => {
    const limited = { onRequest: limitPage(tools) };
    app.get("/page.css", limited, (_request, reply) => {
      sendText(reply, "text/css; charset=utf-8", STYLE, { "cache-control": `max-age=${STYLE_KEPT_SECONDS}` });
    });
    app.get("/", limited, (request, reply) => servePage(tools, reply, () => home(tools, options, request, reply)));
    app.get("/sign-in", limited, (request, reply) => servePage(tools, reply, async () => signInPage(request)));
    app.get("/invitation", limited, (request, reply) =>
      servePage(tools, reply, async () => {
        showInvitation(tools, request, reply, await whoIs(tools, options.operations, request));
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

/** The signed-in person, as the operation that tells them tells it; undefined for a stranger. */
async function whoIs({ identify, dispatcher }: HttpTools, operations: readonly Operation[], request: FastifyRequest) {
  const me = operations.find(({ route }) => route === "GET /auth/me");
  if (!me || me.kind === "public") return undefined;
  try {
    const actor = await identify(request);
    const { output } = await dispatcher.dispatch(me, actor, { input: {}, request: requestInfo(request) });
    // The shape of `auth.me`, as far as a greeting needs it.
    const { user } = output as { user?: { email?: string } | null };
    return { email: user?.email ?? actor.kind };
  } catch (error) {
    if (error instanceof Problem && error.status < 500) return undefined;
    throw error;
  }
}

async function signInPage(request: FastifyRequest): Promise<string> {
  const { token } = request.query as { token?: string | string[] };
  return typeof token === "string" && token !== "" ? views.confirmSignIn(token) : views.askForLink();
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
  const email = form.get("email")?.trim() ?? "";
  const { output } = await dispatchPublic(tools, options, "POST /auth/request-magic-link", request, { email });
  // The shape of `auth.request-magic-link`.
  const { message, dev_link: link } = output as { message: string; dev_link?: string };
  const hasInbox = options.outbox !== undefined && isAtThisMachine(request);
  return views.linkSent({ message, link, delivery: tools.env.delivery, hasInbox });
}

async function signOut(tools: HttpTools, options: PagesOptions, request: FastifyRequest, reply: FastifyReply) {
  readForm(tools, request);
  const { session } = await dispatchPublic(tools, options, "POST /auth/logout", request, {});
  redirect(reply, "/", session && { "set-cookie": tools.cookie.write(session) });
  return undefined;
}

/** A form of ours, from a page of ours. */
function readForm({ origins }: HttpTools, request: FastifyRequest): URLSearchParams {
  requireOwnOrigin(request, origins);
  if (request.body !== undefined && typeof request.body !== "string") throw unsupportedMediaType();
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
