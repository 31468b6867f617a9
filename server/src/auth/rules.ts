/** Limits of sign-in and sessions, and decisions about credentials. Pure. */

import type { Actor } from "../kernel/actor.ts";
import { Problem } from "../kernel/problem.ts";
import { isUuid } from "../kernel/schema.ts";

export const LINK_MINUTES = 15;
/** The most links of one address that are valid at the same time. A newer link voids the oldest. */
export const LINKS_VALID_MAX = 3;

export interface Limits {
  perMinute: number;
  perHour: number;
}

/** The sign-in links that one network may request for one address. */
export const LINKS_OF_ADDRESS_AND_NETWORK: Limits = { perMinute: 5, perHour: 20 };
/** The links that all networks may request for one address. The limit is high, so that others cannot use it up. */
export const LINKS_OF_ADDRESS: Limits = { perMinute: 100, perHour: 100 };
/** The links that one network may request for all addresses together, where each link is a mail. */
export const LINKS_OF_NETWORK: Limits = { perMinute: 60, perHour: 300 };
/** An unused session ends after this time. */
export const SESSION_DAYS = 30;
/** The life of the cookie: the longest that browsers allow, because each use prolongs the session. */
export const COOKIE_DAYS = 400;
/** An unused session that the command line opened for one call ends after this time. */
export const LOCAL_SESSION_MINUTES = 60;
/** A longer `User-Agent` header is cut. */
export const USER_AGENT_LENGTH_MAX = 300;

const KEY = /^bearer +(bw_(?:agent|service)_[A-Za-z0-9_-]{43})$/i;
const LEASE_KEY = /^bearer +(bw_task_[A-Za-z0-9_-]{91})$/i;
/** No workspace has this id. */
const NO_WORKSPACE_ID = "00000000-0000-0000-0000-000000000000";

/** Returns the key in an `Authorization` header, if it has the form of a key. */
export function bearerKey(header: string): string | undefined {
  return KEY.exec(header)?.[1];
}

/** Returns the key of a lease in an `Authorization` header, if it has the form of one. */
export function bearerLeaseKey(header: string): string | undefined {
  return LEASE_KEY.exec(header)?.[1];
}

/**
 * Returns the workspace in a `Bailiwick-Workspace` header. For a header that is no id, returns an id that no workspace
 * has.
 */
export function chosenWorkspace(header: string | undefined): string | null {
  if (header === undefined) return null;
  return isUuid(header) ? header.toLowerCase() : NO_WORKSPACE_ID;
}

/**
 * Throws unless the chosen workspace is the person's own. Commands about the person run, and store facts, only there.
 */
export function requireOwnWorkspace(actor: Actor, own: string | undefined): void {
  if (actor.workspace === own) return;
  throw new Problem("conflict", "This command works only in your own workspace, and the request names another one.", {
    next_step: "Send the request without the header Bailiwick-Workspace.",
  });
}
