/** The lines that the terminal shows when the server has started. */
import type { App } from "../app.ts";
import { createOwnerLink, isOwnerKnown } from "../auth/index.ts";
import { Problem } from "../kernel/problem.ts";
import type { Config } from "../runtime/config.ts";
import type { Mailer } from "../runtime/mail.ts";
import { VERSION } from "../version.ts";
import { servesOnlyThisMachine } from "./address.ts";

export const UNKNOWN_PROXY =
  "BAILIWICK_PUBLIC_URL is set and BAILIWICK_TRUSTED_PROXIES is not. If this server is behind a proxy, add the proxy's " +
  "address there. Otherwise all callers behind the proxy count as one caller and share one request limit.";

/**
 * Returns a link that signs the owner in, for the greeting. Printed lines may be kept in a journal that others read, so
 * the link is made only for a terminal and before the owner's first sign-in.
 */
export async function linkForTerminal({ db, env }: App, isTerminal: boolean): Promise<(() => string) | undefined> {
  try {
    if (!isTerminal && (await isOwnerKnown(db, env))) return undefined;
    return await createOwnerLink(db, env);
  } catch (error) {
    // When the database has no space for a link, the server still starts, for reads.
    if (error instanceof Problem && error.code === "unavailable") return undefined;
    throw error;
  }
}

interface Greeted {
  url: string;
  ownerLink: (() => string) | undefined;
  mailer: Mailer;
}

export function greeting(config: Config, { url, ownerLink, mailer: { delivery, outbox } }: Greeted): string[] {
  const { ownerEmail, publicUrl } = config;
  const isOpen = !servesOnlyThisMachine(config) && publicUrl === undefined;
  return [
    `Bailiwick ${VERSION} runs at ${url}`,
    ownerLink
      ? `  Sign in as ${ownerEmail}, once, within 15 minutes: ${ownerLink()}`
      : `  To print a sign-in link, run: bailiwick sign-in-link ${ownerEmail}`,
    ...(outbox ? [`  Mails, until the server stops: ${url}/dev/inbox?code=${outbox.code}`] : []),
    `  Every operation: ${url}/docs`,
    ...(isOpen
      ? ["  Set BAILIWICK_PUBLIC_URL to the server's public address, so that people can sign in from other machines."]
      : []),
    ...(delivery === "none" ? [`  ${NO_MAIL}`] : []),
  ];
}

const NO_MAIL =
  "The server cannot send mail. Set BAILIWICK_SMTP_URL, or print links for people: bailiwick sign-in-link EMAIL.";

/** Returns true when the server has a public address for other machines and no trusted proxy. */
export function mayBeBehindUnknownProxy(config: Config): boolean {
  return config.publicUrl !== undefined && config.trustedProxies.length === 0 && !servesOnlyThisMachine(config);
}
