/** Reads the present permissions of callers in the command's transaction: the key, the session and the role. */
import type { Actor, Permission } from "../kernel/actor.ts";
import type { Statement } from "../kernel/db/batch.ts";
import type { ReadTx } from "../kernel/db/tx.ts";
import type { Recognise } from "../kernel/dispatch/powers.ts";
import { noSuchWorkspace, Problem, unauthenticated } from "../kernel/problem.ts";
import { powersWhenMade } from "./actors.ts";
import { leaseOver } from "./lease-keys.ts";
import { keyPermissions, permissionsOf } from "./permissions.ts";
import { findLeaseHolder } from "./store/leases.ts";
import { findPowers, type Powers, refuseUnlessUnchanged } from "./store/powers.ts";

/** A system actor has no credential that can end, and neither has an agent for which the server itself acts. */
const hasCredential = ({ kind, key_id }: Actor) => key_id !== null || kind === "user";

export const recognise: Recognise = async (tx, actors) => {
  const held = await Promise.all(actors.map((actor) => whileLeased(tx, actor)));
  const found = await recogniseCallers(tx, actors);
  return held.map((one, index) => (one instanceof Problem ? one : (found[index] ?? one)));
};

/** Returns a problem for a caller whose credential was for a lease that is over. */
async function whileLeased(tx: ReadTx, actor: Actor): Promise<Actor | Problem> {
  const { lease, workspace, id } = actor;
  if (!lease) return actor;
  return (await findLeaseHolder(tx, { ...lease, workspace })) === id ? actor : leaseOver();
}

const recogniseCallers: Recognise = async (tx, actors) => {
  const callers = new Map(actors.filter(hasCredential).map((actor) => [credentialId(actor), actor]));
  if (callers.size === 0) return actors;
  const powers = await findPowers(tx, [...callers.values()]);
  const found = new Map([...callers.keys()].map((id, index) => [id, powers[index]]));
  return actors.map((actor) => (hasCredential(actor) ? asNow(actor, found.get(credentialId(actor))) : actor));
};

/** Returns the statements that fail when a caller has changed; undefined when a caller cannot be checked in this way. */
export function unchangedCallers(actors: readonly Actor[]): readonly Statement[] | undefined {
  if (actors.some(({ lease }) => lease)) return undefined;
  const callers = new Map(actors.filter(hasCredential).map((actor) => [credentialId(actor), actor]));
  if (callers.size === 0) return [];
  const found = [...callers.values()].flatMap((caller) => {
    const powers = powersWhenMade(caller);
    return powers ? [{ caller, powers }] : [];
  });
  return found.length === callers.size ? [refuseUnlessUnchanged(found)] : undefined;
}

/** The id of the credential that can end: a key or a session. */
const credentialId = ({ key_id, session_id, id }: Actor) => key_id ?? session_id ?? id;

function asNow(actor: Actor, powers: Powers | undefined): Actor | Problem {
  if (actor.key_id !== null) {
    if (!powers?.scopes || !powers.role) return unauthenticated("This key has expired, was revoked or is stopped.");
    const { carried } = keyPermissions({ kind: actor.kind, scopes: powers.scopes }, powers.role);
    return withPermissions(actor, { role: null, responsible_role: powers.role }, carried);
  }
  if (!powers?.has_session) return unauthenticated("This session has ended.");
  if (!powers.role) return noSuchWorkspace();
  const { role } = powers;
  return withPermissions(actor, { role }, permissionsOf({ kind: "user", role }));
}

/** Returns the same object when nothing changed. */
function withPermissions(
  actor: Actor,
  now: Pick<Actor, "role" | "responsible_role">,
  permissions: ReadonlySet<Permission>,
): Actor {
  return actor.role === now.role && isSame(actor.permissions, permissions) ? actor : { ...actor, ...now, permissions };
}

function isSame(one: Actor["permissions"], other: ReadonlySet<Permission>): boolean {
  return one === other || (one !== "all" && one.size === other.size && [...one].every((each) => other.has(each)));
}
