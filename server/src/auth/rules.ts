/** Limits of identity, and the decisions that need no database. */
import type { Actor } from "../kernel/actor.ts";
import { Problem } from "../kernel/problem.ts";

export const LINK_MINUTES = 15;
/** Links of one address that are valid side by side; a newer one voids the oldest. */
export const LINKS_VALID_MAX = 3;

export interface Limits {
  perMinute: number;
  perHour: number;
}

/** Sign-in links for one address that one network may ask for. */
export const LINKS_OF_ADDRESS_AND_NETWORK: Limits = { perMinute: 5, perHour: 20 };
/** From everywhere. So many that nobody who asks from elsewhere can shut the address. */
export const LINKS_OF_ADDRESS: Limits = { perMinute: 100, perHour: 100 };
/** For all addresses together, where each link is a mail. */
export const LINKS_OF_NETWORK: Limits = { perMinute: 60, perHour: 300 };
/** Days a session lives unused. */
export const SESSION_DAYS = 30;
/** Days the browser keeps the cookie: as long as browsers do, because use prolongs the session it stands for. */
export const COOKIE_DAYS = 400;
/** Minutes a session lives unused that the command line opened for one call. */
export const LOCAL_SESSION_MINUTES = 60;
/** Characters of a browser's name that are kept. */
export const USER_AGENT_LENGTH_MAX = 300;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const KEY = /^bearer +(bw_(?:agent|service)_[A-Za-z0-9_-]{43})$/i;
/** No workspace has it. */
const NOWHERE = "00000000-0000-0000-0000-000000000000";

export function lowerCase(email: string): string {
  return email.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** The key in an `Authorization` header, if it can be one. */
export function bearerKey(header: string): string | undefined {
  return KEY.exec(header)?.[1];
}

/** The workspace a `Bailiwick-Workspace` header asks for; one that cannot exist when it is no id. */
export function askedWorkspace(header: string | undefined): string | null {
  if (header === undefined) return null;
  return UUID.test(header) ? header.toLowerCase() : NOWHERE;
}

/** What concerns a person alone is done, and recorded, in the workspace that is their own. */
export function requireOwnWorkspace(actor: Actor, own: string | undefined): void {
  if (actor.workspace === own) return;
  throw new Problem("conflict", "This belongs to your own workspace, and another one is chosen.", {
    next_step: "Send the request without the header Bailiwick-Workspace.",
  });
}
