/** Marks a request or a grant whose time is over, at the moment at which somebody uses it. */
import type { Tx } from "../kernel/db/tx.ts";
import { type Outcome, refused } from "../kernel/operation.ts";
import { grantExpired, lateDenial, requestExpired } from "./facts.ts";
import { isGrantOver, grantExpired as saysExpired } from "./grant-rules.ts";
import { about } from "./open-request.ts";
import { expired, isOver } from "./rules.ts";
import type { GrantRow, RequestRow } from "./schema.ts";
import { saveGrant } from "./store/grants.ts";
import { saveDecision } from "./store/requests.ts";

export const expiredFact = (request: RequestRow) => {
  const { id: request_id, policy_id, reason } = request;
  return requestExpired(request_id, { request_id, policy_id, reason }, about(request));
};

/** Returns the refusal when nobody decided in time; undefined while the request is open. */
export async function endRequest(tx: Tx, request: RequestRow, at: Date): Promise<Outcome<never> | undefined> {
  if (!isOver(request, at)) return undefined;
  await saveDecision(tx, { ...request, status: "expired" });
  return refused(expired(request.id), expiredFact(request));
}

/** A denial after the end is kept as a note. */
export async function denyLate(
  tx: Tx,
  request: RequestRow,
  { at, reason, by }: { at: Date; reason: string | null; by: string },
): Promise<Outcome<never> | undefined> {
  if (!isOver(request, at) && request.status !== "expired") return undefined;
  const { id: request_id, policy_id } = request;
  const note = lateDenial(request_id, { request_id, policy_id, reason, denied_by: by }, about(request));
  const ended = await endRequest(tx, request, at);
  const facts = ended?.kind === "refused" ? ended.facts : [];
  return refused(expired(request_id), note, ...facts);
}

export const grantExpiredFact = ({ id: grant_id, policy_id, valid_to, agent_id }: GrantRow, at: Date) =>
  grantExpired(grant_id, { grant_id, policy_id, valid_to, expired_at: at.toISOString() }, { agent_id });

/** Returns the refusal when the time of the grant is over; undefined before. */
export async function endGrant(tx: Tx, grant: GrantRow, at: Date): Promise<Outcome<never> | undefined> {
  if (!isGrantOver(grant, at)) return undefined;
  await saveGrant(tx, { ...grant, status: "expired" });
  return refused(saysExpired(grant.id), grantExpiredFact(grant, at));
}
