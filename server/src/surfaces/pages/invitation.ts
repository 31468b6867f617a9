/** The page of an invitation's link. Opening the page changes nothing; the button of a signed-in person accepts. */
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

export function showInvitation(
  { env }: HttpTools,
  request: FastifyRequest,
  reply: FastifyReply,
  person: { email: string } | undefined,
): void {
  // Fastify types the query as unknown; its parser makes it an object of texts and lists of texts.
  const { token } = request.query as { token?: string | string[] };
  if (typeof token !== "string" || !TOKEN.test(token)) throw invalid("/token", "is not the token of an invitation.");
  const after = afterSignIn(env.publicUrl);
  const [view, effect] = person
    ? [views.acceptInvitation(token, person.email), after.forget]
    : [views.signInForInvitation(env.delivery), after.keep(`${PATH}?token=${token}`)];
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
  if (!accept || accept.kind === "public") throw new Problem("not_found", "This server has no invitations.");
  const actor = await identify(request);
  const { output } = await dispatcher.dispatch(accept, actor, { input: { token }, request: requestInfo(request) });
  // The output of `invitations.accept`. Without the id, the person's own workspace would open.
  const { workspace } = output as { workspace: { id: string } };
  redirect(reply, `/inbox?workspace=${encodeURIComponent(workspace.id)}&joined=yes`);
}
