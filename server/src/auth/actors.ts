/** The actors that credentials stand for. */
import type { Actor, Role } from "../kernel/actor.ts";
import type { FoundKey } from "./people-store.ts";
import { permissionsOf } from "./permissions.ts";

export function personActor(id: string, workspace: string, role: Role, session_id: string | null): Actor {
  const permissions = permissionsOf({ kind: "user", role });
  return { kind: "user", id, key_id: null, session_id, workspace, role, permissions, credential: `user:${id}` };
}

export function keyActor({ workspace_id: workspace, id, agent_id, scopes }: FoundKey): Actor {
  const common = { key_id: id, session_id: null, workspace, role: null, credential: `key:${id}` };
  if (agent_id !== null)
    return { kind: "agent", id: agent_id, permissions: permissionsOf({ kind: "agent" }), ...common };
  return { kind: "service", id, permissions: permissionsOf({ kind: "service", scopes }), ...common };
}
