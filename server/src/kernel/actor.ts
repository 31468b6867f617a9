/** Who acts. It comes from the credential alone, never from an input. */

export const ROLES = ["owner", "admin", "member", "viewer"] as const;
export type Role = (typeof ROLES)[number];

/** `tasks:write` and the like: an area and what may be done in it. */
export type Permission = `${string}:${string}`;

export interface Actor {
  readonly kind: "user" | "agent" | "service" | "system";
  /** The user, agent or key; for the system the name of the job. */
  readonly id: string;
  /** The key that was used, if one was. */
  readonly key_id: string | null;
  /** The session that was used, if one was. */
  readonly session_id: string | null;
  /** The one workspace this actor works in. */
  readonly workspace: string;
  /** A person's role in that workspace. */
  readonly role: Role | null;
  /** Of a key: the role of the person who answers for it. The key carries no more than that role. */
  readonly responsible_role?: Role;
  readonly permissions: ReadonlySet<Permission> | "all";
  /** What idempotency keys belong to: the key, or the person. */
  readonly credential: string;
}

export function may(actor: Actor, permission: Permission): boolean {
  return actor.permissions === "all" || actor.permissions.has(permission);
}

/** The server itself, in one workspace: timers and workers are callers too. */
export function systemActor(job: string, workspace: string): Actor {
  return {
    kind: "system",
    id: job,
    key_id: null,
    session_id: null,
    workspace,
    role: null,
    permissions: "all",
    credential: `system:${job}`,
  };
}
