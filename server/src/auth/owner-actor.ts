import type { Actor } from "../kernel/actor.ts";
import { permissionsOf } from "./permissions.ts";

/** A person in the workspace that is their own, where facts about them are kept. */
export function ownerActor(id: string, workspace: string): Actor {
  const permissions = permissionsOf({ kind: "user", role: "owner" });
  return { kind: "user", id, key_id: null, workspace, role: "owner", permissions, credential: `user:${id}` };
}
