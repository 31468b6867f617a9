/** The shapes of identity that the outside sees. */
import Type, { type Static } from "typebox";
import { type Permission, ROLES } from "../kernel/actor.ts";
import { ActorKind, Email, Fields, Id, Literals, Nullable, Time } from "../kernel/schema.ts";

/** What a service key can be given; `permissions.ts` says what each is. */
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
] as const;
export type Scope = (typeof SCOPES)[number];
export const ScopeName = Literals(SCOPES, { title: "Scope" });

/** An address with a dot in its domain. */
export const SignInEmail = Type.String({ ...Email, pattern: "@[^@]*\\." });
/** Long enough for any token of ours; anything else is answered like a wrong one. */
export const Token = Type.String({ maxLength: 500 });

export const User = Fields({ id: Id, email: Type.String(), name: Nullable(Type.String()) });
export type User = Static<typeof User>;
export const Role = Literals(ROLES, { title: "Role" });

export const Me = Fields({
  authenticated: Type.Literal(true),
  actor: Fields({
    kind: ActorKind,
    id: Type.String({ description: "The user, the agent or the key." }),
  }),
  user: Nullable(User),
  workspaces: Type.Array(Fields({ id: Id, name: Type.String(), role: Nullable(Role) }), {
    description: "A key has one workspace and no role in it.",
  }),
  permissions: Type.Array(Type.String(), { description: "What this credential may do in the workspace it works in." }),
});

export const PermissionRow = Fields({
  permission: Type.Unsafe<Permission>({
    type: "string",
    description: "What an operation asks for: an area and what may be done in it.",
  }),
  meaning: Type.String(),
  roles: Type.Array(Role),
  agents: Type.Boolean({ description: "Whether the key of an agent has it." }),
  scope: Nullable(
    Type.Unsafe<Scope>({ type: "string", description: "What gives it to a service key; null when nothing does." }),
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
  is_current: Type.Boolean({ description: "The one this request was made with." }),
});
export type Session = Static<typeof Session>;
