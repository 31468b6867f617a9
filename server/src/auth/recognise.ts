/** What credentials carry now: the key, and the role of the person who calls. */
import type { Actor, Permission } from "../kernel/actor.ts";
import type { Statement } from "../kernel/db/batch.ts";
import type { Recognise } from "../kernel/dispatch/powers.ts";
import { noSuchWorkspace, type Problem, unauthenticated } from "../kernel/problem.ts";
import { powersWhenMade } from "./actors.ts";
import { keyPermissions, permissionsOf } from "./permissions.ts";
import { findPowers, type Powers, refuseUnlessUnchanged } from "./store/powers.ts";

/** A system actor, and an agent for which the server itself works, has no credential that could be taken away. */
const hasCredential = ({ kind, key_id }: Actor) => key_id !== null || kind === "user";

export const recognise: Recognise = async (tx, actors) => {
  const asked = new Map(actors.filter(hasCredential).map((actor) => [credentialId(actor), actor]));
  if (asked.size === 0) return actors;
  const powers = await findPowers(tx, [...asked.values()]);
  const found = new Map([...asked.keys()].map((id, place) => [id, powers[place]]));
  return actors.map((actor) => (hasCredential(actor) ? asNow(actor, found.get(credentialId(actor))) : actor));
};

/** The statements that fail unless these callers are who they were; undefined for a caller who is known too little. */
export function unchangedCallers(actors: readonly Actor[]): readonly Statement[] | undefined {
  const asked = new Map(actors.filter(hasCredential).map((actor) => [credentialId(actor), actor]));
  if (asked.size === 0) return [];
  const found = [...asked.values()].flatMap((caller) => {
    const powers = powersWhenMade(caller);
    return powers ? [{ caller, powers }] : [];
  });
  return found.length === asked.size ? [refuseUnlessUnchanged(found)] : undefined;
}

/** What can end by itself: a key, or one of the sessions of a person. */
const credentialId = ({ key_id, session_id, id }: Actor) => key_id ?? session_id ?? id;

function asNow(actor: Actor, powers: Powers | undefined): Actor | Problem {
  if (actor.key_id !== null) {
    if (!powers?.scopes || !powers.role) return unauthenticated("This key has expired or was revoked.");
    const { carried } = keyPermissions({ kind: actor.kind, scopes: powers.scopes }, powers.role);
    return withPermissions(actor, { role: null, responsible_role: powers.role }, carried);
  }
  if (!powers?.has_session) return unauthenticated("This session has ended.");
  if (!powers.role) return noSuchWorkspace();
  const { role } = powers;
  return withPermissions(actor, { role }, permissionsOf({ kind: "user", role }));
}

/** The very same actor when nothing changed. */
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
