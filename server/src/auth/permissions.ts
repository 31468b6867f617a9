/** What each kind of caller may do. An operation names one permission; this is the only table that grants it. */
import { type Actor, type Permission, ROLES, type Role } from "../kernel/actor.ts";
import type { PermissionRow, Scope } from "./schema.ts";

interface Grant {
  /** One sentence, for whoever gives it. */
  meaning: string;
  /** The lowest role that has it; nobody who signs in when absent. */
  role?: Role;
  /** An agent works; it never manages agents, keys, rules, policies or members, and never approves. */
  agent?: true;
  /** What gives it to a service key. A service acts for nobody, so it neither speaks nor decides. */
  scope?: Scope;
}

/** What a role has that may work. */
const WORK = "tasks:write";
/** Every credential may ask who it is. */
const FOR_ALL = "auth:read";

const GRANTS: Readonly<Record<Permission, Grant>> = {
  [FOR_ALL]: {
    meaning: "Ask who one is and what everybody may do; every credential has it.",
    role: "viewer",
    agent: true,
  },
  "auth:write": { meaning: "Set one's own name.", role: "viewer" },
  "sessions:read": { meaning: "See one's own sessions.", role: "viewer" },
  "sessions:write": { meaning: "End one's own sessions.", role: "viewer" },
  "membership:write": { meaning: "Accept invitations, and leave workspaces.", role: "viewer" },
  "workspaces:read": { meaning: "See the workspaces one is a member of.", role: "viewer" },
  "workspaces:write": { meaning: "Make and rename workspaces.", role: "admin" },
  "workspaces:own": { meaning: "Hand the workspace on to another member.", role: "owner" },
  "members:read": { meaning: "See the people of a workspace.", role: "viewer" },
  "members:write": { meaning: "Invite people, change their roles and remove them.", role: "admin" },
  "keys:read": { meaning: "See the keys of a workspace, never their secrets.", role: "viewer" },
  "keys:write": {
    meaning: "Make, rotate and revoke keys; a service that may can get a key of any agent, and so act as it.",
    role: "admin",
    scope: "keys:write",
  },
  "agents:read": { meaning: "See agents and their revisions.", role: "viewer", agent: true, scope: "agents:read" },
  "agents:write": { meaning: "Create, change, pause and archive agents.", role: "admin", scope: "agents:write" },
  "agents:self": { meaning: "See one's own state as an agent.", agent: true },
  "tasks:read": { meaning: "See tasks and their events.", role: "viewer", agent: true, scope: "tasks:read" },
  "tasks:write": {
    meaning: "Create tasks and take them through their steps.",
    role: "member",
    agent: true,
    scope: "tasks:write",
  },
  "tasks:claim": { meaning: "Take tasks that wait for one.", agent: true },
  "messages:read": { meaning: "Read messages.", role: "viewer", agent: true, scope: "messages:read" },
  "messages:write": { meaning: "Send messages.", role: "member", agent: true },
  "team:read": { meaning: "See who reports to whom.", role: "viewer", agent: true, scope: "team:read" },
  "team:write": { meaning: "Set who reports to whom.", role: "admin", scope: "team:write" },
  "risk:read": { meaning: "See risk policies and what they did.", role: "viewer", agent: true, scope: "risk:read" },
  "risk:write": { meaning: "Set risk policies.", role: "admin" },
  "governance:read": {
    meaning: "See requests, grants and their audit.",
    role: "viewer",
    agent: true,
    scope: "governance:read",
  },
  "governance:request": { meaning: "Ask people for more than a policy allows.", agent: true },
  "governance:write": { meaning: "Decide on requests, and set policies.", role: "admin" },
  "obs:read": { meaning: "See events, costs and the tier.", role: "viewer", agent: true, scope: "obs:read" },
  "obs:write": { meaning: "Send events.", role: "member", agent: true, scope: "ingest" },
  "obs:manage": { meaning: "Set alert rules and prices.", role: "admin" },
  "actions:read": { meaning: "See actions that wait or are done.", role: "viewer", agent: true, scope: "actions:read" },
  "actions:write": { meaning: "Propose actions.", role: "member", agent: true },
  "actions:decide": { meaning: "Approve or reject actions.", role: "admin" },
  "audit:read": {
    meaning: "See the log of facts, and follow it live.",
    role: "viewer",
    agent: true,
    scope: "audit:read",
  },
};

/** The table as people and programs read it. */
export const PERMISSION_TABLE: readonly PermissionRow[] = Object.entries(GRANTS).map(
  // The keys are those of the table.
  ([permission, { meaning, role, agent = false, scope = null }]) => ({
    permission: permission as Permission,
    meaning,
    roles: role ? ROLES.slice(0, ROLES.indexOf(role) + 1) : [],
    agents: agent,
    scope,
  }),
);

function thoseWith(has: (row: PermissionRow) => boolean): ReadonlySet<Permission> {
  return new Set(PERMISSION_TABLE.filter(has).map(({ permission }) => permission));
}

const ofRole = (role: Role) => thoseWith(({ roles }) => roles.includes(role));
const ROLE_PERMISSIONS: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  owner: ofRole("owner"),
  admin: ofRole("admin"),
  member: ofRole("member"),
  viewer: ofRole("viewer"),
};
const AGENT_PERMISSIONS = thoseWith(({ agents }) => agents);

/** What was given to a key, and the part of it that the role of the person who answers for it lacks. */
export function keyPermissions(
  { kind, scopes }: { kind: Actor["kind"]; scopes: readonly Scope[] },
  role: Role,
): { carried: ReadonlySet<Permission>; lacking: readonly Permission[] } {
  const given = permissionsOf(kind === "agent" ? { kind } : { kind: "service", scopes });
  const lacking = [...given].filter((permission) => !roleCarries(role, permission));
  if (lacking.length === 0) return { carried: given, lacking };
  return { carried: new Set([...given].filter((permission) => !lacking.includes(permission))), lacking };
}

/** Permissions that no role has are those of agents at work. Work is what a member may do. */
function roleCarries(role: Role, permission: Permission): boolean {
  const carried = ROLE_PERMISSIONS[role];
  return carried.has(permission) || (!ROLE_PERMISSIONS.owner.has(permission) && carried.has(WORK));
}

type Caller = { kind: "user"; role: Role } | { kind: "agent" } | { kind: "service"; scopes: readonly Scope[] };

export function permissionsOf(who: Caller): ReadonlySet<Permission> {
  switch (who.kind) {
    case "user":
      return ROLE_PERMISSIONS[who.role];
    case "agent":
      return AGENT_PERMISSIONS;
    case "service":
      return thoseWith(
        ({ permission, scope }) => permission === FOR_ALL || (scope !== null && who.scopes.includes(scope)),
      );
    default:
      return who satisfies never;
  }
}
