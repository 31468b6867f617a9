/** What each kind of caller may do. An operation names one permission; this is the only table that grants it. */
import type { Permission, Role } from "../kernel/actor.ts";
import type { Scope } from "./schema.ts";

const AREAS = [
  "workspaces",
  "members",
  "keys",
  "agents",
  "tasks",
  "messages",
  "team",
  "risk",
  "governance",
  "obs",
  "actions",
  "audit",
] as const;

/** Who am I: every credential may ask. */
const SELF: readonly Permission[] = ["auth:read"];

const VIEWER: readonly Permission[] = [
  ...SELF,
  ...AREAS.map((area): Permission => `${area}:read`),
  // A person's own name and sessions, whatever the role.
  "auth:write",
  "sessions:read",
  "sessions:write",
];

const MEMBER: readonly Permission[] = [...VIEWER, "tasks:write", "messages:write", "obs:write", "actions:write"];

/** `obs:manage` is alert rules and prices; `actions:decide` and `governance:write` are approvals. */
const ADMIN: readonly Permission[] = [
  ...MEMBER,
  "workspaces:write",
  "members:write",
  "keys:write",
  "agents:write",
  "team:write",
  "risk:write",
  "governance:write",
  "obs:manage",
  "actions:decide",
];

/** An agent works; it never manages agents, keys, rules, policies or members, and never approves. */
const AGENT: readonly Permission[] = [
  ...SELF,
  "agents:self",
  "agents:read",
  "tasks:read",
  "tasks:write",
  "tasks:claim",
  "messages:read",
  "messages:write",
  "team:read",
  "risk:read",
  "governance:read",
  "governance:request",
  "obs:read",
  "obs:write",
  "actions:read",
  "actions:write",
  "audit:read",
];

const ROLE_PERMISSIONS: Record<Role, ReadonlySet<Permission>> = {
  owner: new Set(ADMIN),
  admin: new Set(ADMIN),
  member: new Set(MEMBER),
  viewer: new Set(VIEWER),
};
const AGENT_PERMISSIONS: ReadonlySet<Permission> = new Set(AGENT);

type Caller = { kind: "user"; role: Role } | { kind: "agent" } | { kind: "service"; scopes: readonly Scope[] };

export function permissionsOf(who: Caller): ReadonlySet<Permission> {
  switch (who.kind) {
    case "user":
      return ROLE_PERMISSIONS[who.role];
    case "agent":
      return AGENT_PERMISSIONS;
    case "service":
      return new Set([...SELF, ...who.scopes.map((scope) => (scope === "ingest" ? "obs:write" : scope))]);
    default:
      return who satisfies never;
  }
}
