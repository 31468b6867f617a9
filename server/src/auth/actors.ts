/** Makes the actor of a person or a key. */
import type { Actor, Role } from "../kernel/actor.ts";
import { keyPermissions, permissionsOf } from "./permissions.ts";
import type { Scope } from "./schema.ts";
import type { FoundKey } from "./store/people.ts";
import type { Powers } from "./store/powers.ts";

/** The scopes of the keys whose actors were made here: an actor carries permissions alone. */
const scopesOfKeys = new WeakMap<Actor, Scope[]>();

/** Returns the rights of the credential when its actor was made; undefined for a key that was not read here. */
export function powersWhenMade(actor: Actor): Powers | undefined {
  const { key_id, role, responsible_role } = actor;
  if (key_id === null) return { scopes: null, role, has_session: true };
  const scopes = scopesOfKeys.get(actor);
  return scopes && { scopes, role: responsible_role ?? null, has_session: true };
}

export function personActor(id: string, workspace: string, role: Role, session_id: string | null): Actor {
  const permissions = permissionsOf({ kind: "user", role });
  return { kind: "user", id, key_id: null, session_id, workspace, role, permissions, credential: `user:${id}` };
}

export function keyActor({ workspace_id: workspace, id, kind, agent_id, scopes, responsible_role }: FoundKey): Actor {
  const { carried: permissions } = keyPermissions({ kind, scopes }, responsible_role);
  const common = { key_id: id, session_id: null, workspace, role: null, responsible_role, permissions };
  const actor: Actor = { kind, id: agent_id ?? id, credential: `key:${id}`, ...common };
  scopesOfKeys.set(actor, scopes);
  return actor;
}
