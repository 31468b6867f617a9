/** What a person in front of the terminal reads when the server answers. */
import type { App } from "../app.ts";
import { createOwnerLink, isOwnerKnown } from "../auth/index.ts";
import { Problem } from "../kernel/problem.ts";
import type { Config } from "../runtime/config.ts";
import type { Mailer } from "../runtime/mail.ts";
import { VERSION } from "../version.ts";
import { servesOnlyThisMachine } from "./address.ts";

export const UNKNOWN_PROXY =
  "BAILIWICK_PUBLIC_URL is set and BAILIWICK_TRUSTED_PROXIES is not. If a proxy stands in front of this server, name it " +
  "there: otherwise everybody behind it counts as one caller, and one can use up the limits of all.";

/**
 * A link that signs the owner in, for the greeting. What is printed may be kept in a journal that others read, so there
 * is one only for a terminal, and as long as the owner has never signed in.
 */
export async function linkForTerminal({ db, env }: App, isTerminal: boolean): Promise<(() => string) | undefined> {
  try {
    if (!isTerminal && (await isOwnerKnown(db, env))) return undefined;
    return await createOwnerLink(db, env);
  } catch (error) {
    // A database without space for a link is no reason to refuse reads.
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
      : `  A link that signs you in: bailiwick sign-in-link ${ownerEmail}`,
    ...(outbox ? [`  Mails are kept here, as long as it runs: ${url}/dev/inbox?code=${outbox.code}`] : []),
    `  Every operation: ${url}/docs`,
    ...(isOpen
      ? ["  Set BAILIWICK_PUBLIC_URL to the address people use, so that they can sign in from elsewhere."]
      : []),
    ...(delivery === "none" ? [`  ${NO_MAIL}`] : []),
  ];
}

const NO_MAIL =
  "It cannot send mail. Set BAILIWICK_SMTP_URL, or give people their links: bailiwick sign-in-link EMAIL prints one.";

/** A public address whose callers come from elsewhere, and no proxy that is named. */
export function mayBeBehindUnknownProxy(config: Config): boolean {
  return config.publicUrl !== undefined && config.trustedProxies.length === 0 && !servesOnlyThisMachine(config);
}
