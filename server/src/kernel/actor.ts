/** The actor of an operation. It comes from the credential alone, never from an input. */

export const ROLES = ["owner", "admin", "member", "viewer"] as const;
export type Role = (typeof ROLES)[number];

/** Such as `tasks:write`: an area and the kind of access to it. */
export type Permission = `${string}:${string}`;

export interface Actor {
  readonly kind: "user" | "agent" | "service" | "system";
  /** The id of the user, agent or key; for the system, the name of the job. */
  readonly id: string;
  /** The key that the caller used, if any. */
  readonly key_id: string | null;
  /** The session that the caller used, if any. */
  readonly session_id: string | null;
  /** The one workspace this actor works in. */
  readonly workspace: string;
  /** A person's role in that workspace. */
  readonly role: Role | null;
  /** For a key: the role of the person who is responsible for it. The key has at most the permissions of that role. */
  readonly responsible_role?: Role;
  readonly permissions: ReadonlySet<Permission> | "all";
  /** The one lease that the credential is for. The caller reads and works on this task and nothing else. */
  readonly lease?: Lease;
  /** The owner of idempotency keys: the API key, or the person. */
  readonly credential: string;
}

export interface Lease {
  readonly task_id: string;
  readonly fence: number;
}

export function may(actor: Actor, permission: Permission): boolean {
  return actor.permissions === "all" || actor.permissions.has(permission);
}

/** The actor for timers and workers of the server in one workspace. */
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
