/** The public shapes of people, sessions and permissions. */
import Type, { type Static } from "typebox";
import { type Permission, ROLES } from "../kernel/actor.ts";
import { ActorKind, Fields, Id, Literals, Nullable, Time } from "../kernel/schema.ts";

/** The scopes of keys. `permissions.ts` says which permission each scope gives. */
export const SCOPES = [
  "ingest",
  "keys:write",
  "agents:read",
  "agents:write",
  "tasks:read",
  "tasks:write",
  "messages:read",
  "team:read",
  "team:write",
  "risk:read",
  "governance:read",
  "obs:read",
  "actions:read",
  "audit:read",
  "stop",
] as const;
export type Scope = (typeof SCOPES)[number];
/** The scopes that an agent's key may have. */
export const AGENT_SCOPES = ["stop"] as const satisfies readonly Scope[];
export const isAgentScope = (scope: Scope) => (AGENT_SCOPES as readonly Scope[]).includes(scope);
export const ScopeName = Literals(SCOPES, { title: "Scope" });

/** Longer than any real token. A text that is no token gets the same answer as a wrong token. */
export const Token = Type.String({ maxLength: 500 });

export const User = Fields({ id: Id, email: Type.String(), name: Nullable(Type.String()) });
export type User = Static<typeof User>;
export const Role = Literals(ROLES, { title: "Role" });

export const Me = Fields({
  authenticated: Type.Literal(true),
  actor: Fields({
    kind: ActorKind,
    id: Type.String({ description: "The id of the user, the agent or the key." }),
  }),
  user: Nullable(User),
  workspaces: Type.Array(Fields({ id: Id, name: Type.String(), role: Nullable(Role) }), {
    description: "A key has exactly one workspace, and no role in that workspace.",
  }),
  permissions: Type.Array(Type.String(), {
    description: "The permissions of this credential in the chosen workspace.",
  }),
});

export const PermissionRow = Fields({
  permission: Type.Unsafe<Permission>({
    type: "string",
    description: "The permission that an operation needs: an area and a right in that area.",
  }),
  meaning: Type.String(),
  roles: Type.Array(Role),
  agents: Type.Boolean({ description: "True when agents' keys have the permission." }),
  scope: Nullable(
    Type.Unsafe<Scope>({
      type: "string",
      description: "The scope that gives the permission to a service key. Null when no scope does.",
    }),
  ),
});
export type PermissionRow = Static<typeof PermissionRow>;

export const Session = Fields({
  id: Id,
  ip: Type.String(),
  user_agent: Type.String(),
  created_at: Time,
  last_seen_at: Time,
  expires_at: Time,
  is_current: Type.Boolean({ description: "True for the session of this request." }),
});
export type Session = Static<typeof Session>;
