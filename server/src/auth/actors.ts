/** The actors that credentials stand for. */
import type { Actor, Role } from "../kernel/actor.ts";
import { keyPermissions, permissionsOf } from "./permissions.ts";
import type { FoundKey } from "./store/people.ts";

export function personActor(id: string, workspace: string, role: Role, session_id: string | null): Actor {
  const permissions = permissionsOf({ kind: "user", role });
  return { kind: "user", id, key_id: null, session_id, workspace, role, permissions, credential: `user:${id}` };
}

export function keyActor({ workspace_id: workspace, id, kind, agent_id, scopes, responsible_role }: FoundKey): Actor {
  const { carried: permissions } = keyPermissions({ kind, scopes }, responsible_role);
  const common = { key_id: id, session_id: null, workspace, role: null, responsible_role, permissions };
  return { kind, id: agent_id ?? id, credential: `key:${id}`, ...common };
}
