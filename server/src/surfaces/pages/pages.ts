/** The few pages the server draws itself. They work without script. */
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from "fastify";
import type { Operation } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { redirect, retryAfter, sendPage, sendText } from "../http/answer.ts";
import { isLoopbackHost, requestInfo, requireOwnOrigin } from "../http/caller.ts";
import { problemOf, unsupportedMediaType } from "../http/errors.ts";
import { limitNetwork } from "../http/limits.ts";
import type { Extension, HttpTools } from "../http/tools.ts";
import { isServed } from "../served.ts";
import { acceptInvitation, invitationCookie, showInvitation } from "./invitation.ts";
import { STYLE } from "./style.ts";
import * as views from "./views.ts";

export interface PagesOptions {
  operations: readonly Operation[];
  version: string;
  /** Mails that were not sent but kept here. */
  outbox: (() => readonly views.KeptMail[]) | undefined;
}

const FORM_BYTES_MAX = 16 * 1024;
/** Style rarely changes, and a new version must still look right at once. Seconds. */
const STYLE_KEPT_SECONDS = 60;

export function pages(options: PagesOptions): Extension {
  return (app, tools) => {
    const limited = { onRequest: limitNetwork(tools.allowances, (reply, error) => answerFailure(tools, reply, error)) };
    app.get("/page.css", limited, (_request, reply) => {
      sendText(reply, "text/css; charset=utf-8", STYLE, { "cache-control": `max-age=${STYLE_KEPT_SECONDS}` });
    });
    app.get("/", limited, (request, reply) => serve(tools, reply, async () => home(tools, options, request)));
    app.get("/sign-in", limited, (request, reply) => serve(tools, reply, async () => signInPage(request)));
    app.get("/invitation", limited, (request, reply) =>
      serve(tools, reply, async () => {
        showInvitation(tools, request, reply, await whoIs(tools, options.operations, request));
        return undefined;
      }),
    );
    if (options.outbox) addOutbox(app, tools, options.outbox, limited);
    app.register(async (forms) => {
      forms.removeAllContentTypeParsers();
      const parser = { parseAs: "string", bodyLimit: FORM_BYTES_MAX } as const;
      forms.addContentTypeParser("application/x-www-form-urlencoded", parser, (_request, body, done) =>
        done(null, body),
      );
      forms.addHook("onRequest", limited.onRequest);
      forms.post("/sign-in", (request, reply) => serve(tools, reply, () => signIn(tools, options, request, reply)));
      forms.post("/invitation", (request, reply) =>
        serve(tools, reply, async () => {
          const token = readForm(tools, request).get("token") ?? "";
          await acceptInvitation(tools, options.operations, request, reply, token);
          return undefined;
        }),
      );
      forms.post("/sign-out", (request, reply) => serve(tools, reply, () => signOut(tools, options, request, reply)));
    });
  };
}

/** Answers a page, or what went wrong as a page. Undefined: the answer is sent already. */
function serve(tools: HttpTools, reply: FastifyReply, make: () => Promise<string | undefined>): void {
  make().then(
    (text) => {
      if (text !== undefined) sendPage(reply, 200, text);
    },
    (error: unknown) => answerFailure(tools, reply, error),
  );
}

function answerFailure(tools: HttpTools, reply: FastifyReply, error: unknown): void {
  const problem = problemOf(error);
  if (problem.status >= 500) return void tools.fail(reply, error);
  sendPage(reply, problem.status, views.failure(problem, reply.request.id), retryAfter(problem));
}

async function home(tools: HttpTools, { operations, version }: PagesOptions, request: FastifyRequest): Promise<string> {
  const person = await whoIs(tools, operations, request);
  return views.home({ version, operations: operations.filter(isServed).length, person });
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
    const next = invitationCookie(tools.env.publicUrl).path(request.headers.cookie) ?? "/";
    redirect(reply, next, session && { "set-cookie": tools.cookie.write(session) });
    return undefined;
  }
  const email = form.get("email")?.trim() ?? "";
  const { output } = await dispatchPublic(tools, options, "POST /auth/request-magic-link", request, { email });
  // The shape of `auth.request-magic-link`.
  const { message, dev_link: link } = output as { message: string; dev_link?: string };
  return views.linkSent(message, link);
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

function addOutbox(
  app: FastifyInstance,
  tools: HttpTools,
  outbox: () => readonly views.KeptMail[],
  limited: RouteShorthandOptions,
): void {
  app.get("/dev/inbox", limited, (request, reply) =>
    serve(tools, reply, async () => {
      // A foreign name that leads to this machine must not hand its scripts the links in here.
      if (isLoopbackHost(request.headers.host)) return views.inbox(outbox());
      throw new Problem("forbidden", "The inbox is shown on this machine only.", {
        next_step: "Open it as http://127.0.0.1 with the port of this server.",
      });
    }),
  );
}
