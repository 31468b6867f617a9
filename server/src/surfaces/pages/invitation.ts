/**
 * The page of an invitation's link. The holder of the link sees what it is for. Opening the page changes nothing; the
 * button of a signed-in person accepts.
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Operation } from "../../kernel/operation.ts";
import { invalid, Problem } from "../../kernel/problem.ts";
import { redirect, sendPage } from "../http/answer.ts";
import { requestInfo } from "../http/caller.ts";
import type { HttpTools } from "../http/tools.ts";
import { afterSignIn } from "./after-sign-in.ts";
import * as views from "./views.ts";

const PATH = "/invitation";
const TOKEN = /^[A-Za-z0-9_-]{1,100}$/;

export async function showInvitation(
  { env, dispatcher }: HttpTools,
  operations: readonly Operation[],
  request: FastifyRequest,
  reply: FastifyReply,
  person: { email: string } | undefined,
): Promise<void> {
  // Fastify types the query as unknown; its parser makes it an object of texts and lists of texts.
  const { token } = request.query as { token?: string | string[] };
  if (typeof token !== "string" || !TOKEN.test(token)) throw invalid("/token", "is not the token of an invitation.");
  const preview = operations.find(({ route }) => route === "POST /invitations/preview");
  if (preview?.kind !== "public") throw noInvitations();
  const after = afterSignIn(env.publicUrl);
  const shown = await dispatcher.dispatchPublic(preview, { input: { token }, request: requestInfo(request) }).then(
    // The output of `invitations.preview`.
    ({ output }) => output as views.ShownInvitation,
    (error: unknown) => {
      if (error instanceof Problem && error.code === "invalid_token") return error;
      throw error;
    },
  );
  if (shown instanceof Problem) {
    sendPage(reply, shown.status, views.endedInvitation(shown, person !== undefined), { "set-cookie": after.forget });
    return;
  }
  const invitation = { ...shown, host: new URL(env.publicUrl).host };
  const [view, effect] = person
    ? [views.acceptInvitation(invitation, token, person.email), after.forget]
    : [views.signInForInvitation(invitation, env.delivery), after.keep(`${PATH}?token=${token}`)];
  sendPage(reply, 200, view, effect === undefined ? undefined : { "set-cookie": effect });
}

export async function acceptInvitation(
  { identify, dispatcher }: HttpTools,
  operations: readonly Operation[],
  request: FastifyRequest,
  reply: FastifyReply,
  token: string,
): Promise<void> {
  const accept = operations.find(({ route }) => route === "POST /invitations/accept");
  if (!accept || accept.kind === "public") throw noInvitations();
  const actor = await identify(request);
  const { output } = await dispatcher.dispatch(accept, actor, { input: { token }, request: requestInfo(request) });
  // The output of `invitations.accept`. Without the id, the person's own workspace would open.
  const { workspace } = output as { workspace: { id: string } };
  redirect(reply, `/inbox?workspace=${encodeURIComponent(workspace.id)}&joined=yes`);
}

function noInvitations(): Problem {
  return new Problem("not_found", "This server has no invitations.");
}
