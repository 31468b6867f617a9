/** Signs people in as a surface does. For tests. */
import { randomUUID } from "node:crypto";
import { requestInfo, type TestApp } from "../../test/harness/harness.ts";
import { storedEmail } from "../kernel/email.ts";
import type { RequestInfo } from "../kernel/operation.ts";
import { logOut } from "./operations/log-out.ts";
import { requestMagicLink } from "./operations/request-magic-link.ts";
import { verifyLink } from "./operations/verify-link.ts";

export interface SignedIn {
  user: { id: string; email: string; name: string | null };
  workspace: { id: string; name: string; role: string };
  /** The token of the session cookie. */
  session: string;
}

export function anEmail(): string {
  return `ada-${randomUUID()}@example.org`;
}

/** A random network address, so that tests do not share the limit of a network. */
export function anAddress(): string {
  const part = () => 1 + Math.floor(Math.random() * 250);
  return `10.${part()}.${part()}.${part()}`;
}

export async function requestLink(app: TestApp, email: string, ip = anAddress()): Promise<string> {
  const call = { input: { email }, request: { ...requestInfo(), ip } };
  await app.dispatcher.dispatchPublic(requestMagicLink, call);
  const mail = app.mails.findLast(({ to }) => to === storedEmail(email));
  return tokenIn(mail?.text ?? "");
}

export function tokenIn(text: string): string {
  return /token=([A-Za-z0-9_-]+)/.exec(text)?.[1] ?? "";
}

export async function redeem(app: TestApp, token: string, request: Partial<RequestInfo> = {}): Promise<SignedIn> {
  const call = { input: { token }, request: { ...requestInfo(), ...request } };
  const { output, session } = await app.dispatcher.dispatchPublic(verifyLink, call);
  if (!session || session === "clear") throw new Error("No session was opened.");
  return { ...(output as Omit<SignedIn, "session">), session: session.token };
}

export async function signIn(app: TestApp, email = anEmail()): Promise<SignedIn> {
  return redeem(app, await requestLink(app, email));
}

export async function signOut(app: TestApp, session: string | null): Promise<unknown> {
  const answer = await app.dispatcher.dispatchPublic(logOut, { input: {}, request: { ...requestInfo(), session } });
  return answer.session;
}
