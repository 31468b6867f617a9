/**
 * The permissions of each kind of caller. An operation needs one permission, and only this table grants permissions.
 */
import { type Actor, type Permission, ROLES, type Role } from "../kernel/actor.ts";
import { isAgentScope, type PermissionRow, type Scope } from "./schema.ts";

interface Grant {
  /** One sentence for the person who grants the permission. */
  meaning: string;
  /** The lowest role that has the permission. Without a role, no person has it. */
  role?: Role;
  /**
   * Agents' keys have the permission. Agents never manage agents, keys, rules, policies or members, and never approve.
   */
  agent?: true;
  /**
   * The scope that gives the permission to a service key. A service acts for no person, so it sends no messages and
   * decides nothing.
   */
  scope?: Scope;
}

/** A role with this permission may do the work of agents. */
const WORK = "tasks:write";
/** Every credential has this permission. */
const FOR_ALL = "auth:read";

const GRANTS: Readonly<Record<Permission, Grant>> = {
  [FOR_ALL]: {
    meaning: "Read your own identity and the table of permissions. Every credential has this permission.",
    role: "viewer",
    agent: true,
  },
  "auth:write": { meaning: "Change your own name.", role: "viewer" },
  "sessions:read": { meaning: "See your own sessions.", role: "viewer" },
  "sessions:write": { meaning: "End your own sessions.", role: "viewer" },
  "membership:write": { meaning: "Accept invitations, and leave workspaces.", role: "viewer" },
  "workspaces:read": { meaning: "See the workspaces of which you are a member.", role: "viewer" },
  "workspaces:write": { meaning: "Create and rename workspaces.", role: "admin" },
  "workspaces:own": { meaning: "Transfer the workspace, and set how many people approve a request.", role: "owner" },
  "members:read": { meaning: "See the members of a workspace.", role: "viewer" },
  "members:write": { meaning: "Invite people, change their roles and remove them.", role: "admin" },
  "keys:read": { meaning: "See the keys of a workspace, never their secrets.", role: "viewer" },
  "keys:write": {
    meaning:
      "Create, rotate and revoke keys. A service key with this scope can create keys for all agents, and so act as them.",
    role: "admin",
    scope: "keys:write",
  },
  "agents:read": { meaning: "See agents and their revisions.", role: "viewer", agent: true, scope: "agents:read" },
  "agents:write": { meaning: "Create, change, pause and archive agents.", role: "admin", scope: "agents:write" },
  "agents:report": {
    meaning: "Say whether an external agent is connected. An agent says so of itself.",
    role: "admin",
    agent: true,
  },
  "agents:self": { meaning: "See your own state as an agent.", agent: true },
  "tasks:read": { meaning: "See tasks and their events.", role: "viewer", agent: true, scope: "tasks:read" },
  "tasks:write": {
    meaning: "Create tasks and take them through their steps.",
    role: "member",
    agent: true,
    scope: "tasks:write",
  },
  "tasks:claim": { meaning: "Claim tasks that are assigned to you as an agent.", agent: true },
  "messages:read": {
    meaning: "Read messages. Only owners and admins read the direct messages of others.",
    role: "viewer",
    agent: true,
    scope: "messages:read",
  },
  "messages:write": { meaning: "Send messages.", role: "member", agent: true },
  "redactions:read": { meaning: "See the redactions: who withdrew content, and why.", role: "viewer" },
  "redactions:write": { meaning: "Withdraw content of messages and tasks, such as a pasted secret.", role: "admin" },
  "snoozes:read": { meaning: "See what you put away from your own inbox.", role: "viewer" },
  "snoozes:write": { meaning: "Put rows of your own inbox away, and bring them back.", role: "viewer" },
  "webhooks:read": { meaning: "See webhooks, their deliveries and channels, never their secrets.", role: "viewer" },
  "webhooks:write": { meaning: "Manage webhooks and channels, which send facts of the workspace.", role: "admin" },
  "connections:read": {
    meaning: "See the services that are connected, never their secrets. An agent sees those that it may use.",
    role: "viewer",
    agent: true,
  },
  "connections:write": { meaning: "Connect services, and say which agents may use them.", role: "admin" },
  "team:read": { meaning: "See the roles and rules of the team.", role: "viewer", agent: true, scope: "team:read" },
  "team:write": { meaning: "Change the roles and rules of the team.", role: "admin", scope: "team:write" },
  "risk:read": { meaning: "See risk policies and their effects.", role: "viewer", agent: true, scope: "risk:read" },
  "risk:write": { meaning: "Set risk policies, and lift stops.", role: "admin" },
  "stop:write": {
    meaning: "Stop agents, trees of tasks and the workspace. A key of an agent may have this scope, too.",
    role: "admin",
    scope: "stop",
  },
  "governance:read": {
    meaning: "See requests, grants and their history.",
    role: "viewer",
    agent: true,
    scope: "governance:read",
  },
  "governance:request": { meaning: "Request more from people than a policy allows.", agent: true },
  "governance:write": { meaning: "Decide on requests, and set policies.", role: "admin" },
  "obs:read": { meaning: "See events, costs and the tier.", role: "viewer", agent: true, scope: "obs:read" },
  "obs:write": { meaning: "Send events.", role: "member", agent: true, scope: "ingest" },
  "obs:manage": { meaning: "Set alert rules and prices.", role: "admin" },
  "alerts:read": { meaning: "See alert rules and the alerts that fired.", role: "viewer" },
  "alerts:acknowledge": { meaning: "Acknowledge alerts.", role: "member" },
  "actions:read": { meaning: "See waiting and finished actions.", role: "viewer", agent: true, scope: "actions:read" },
  "actions:write": { meaning: "Propose actions.", role: "member", agent: true },
  "actions:decide": { meaning: "Approve or reject actions.", role: "admin" },
  "social:read": {
    meaning: "Read Moltbook with the keys of agents, and see their figures. An agent uses its own key.",
    role: "viewer",
    agent: true,
  },
  "social:write": { meaning: "Vote on Moltbook with the keys of agents, and sync their figures.", role: "member" },
  "social:manage": { meaning: "Register agents on Moltbook, and let a stopped queue go on.", role: "admin" },
  "audit:read": {
    meaning: "Read the log of facts, and follow the log live.",
    role: "viewer",
    agent: true,
    scope: "audit:read",
  },
};

/** The table of permissions for people and programs to read. */
export const PERMISSION_TABLE: readonly PermissionRow[] = Object.entries(GRANTS).map(
  // GRANTS has exactly the permissions as keys.
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
/** Operations with `byLease` are fewer still. */
const LEASE_PERMISSIONS: ReadonlySet<Permission> = new Set(["tasks:read", WORK] as const);
export const permissionsOfLease = () => LEASE_PERMISSIONS;

/**
 * Returns the permissions that a key carries, and those that it lacks because the responsible person's role lacks them.
 */
export function keyPermissions(
  { kind, scopes }: { kind: Actor["kind"]; scopes: readonly Scope[] },
  role: Role,
): { carried: ReadonlySet<Permission>; lacking: readonly Permission[] } {
  const given = permissionsOf({ kind: kind === "agent" ? kind : "service", scopes });
  const lacking = [...given].filter((permission) => !roleCarries(role, permission));
  if (lacking.length === 0) return { carried: given, lacking };
  return { carried: new Set([...given].filter((permission) => !lacking.includes(permission))), lacking };
}

/** The permissions that every agent has are its work, also one of a higher role. A role carries them when it may work. */
function roleCarries(role: Role, permission: Permission): boolean {
  const carried = ROLE_PERMISSIONS[role];
  return carried.has(permission) || (AGENT_PERMISSIONS.has(permission) && carried.has(WORK));
}

type Caller =
  | { kind: "user"; role: Role }
  | { kind: "agent"; scopes?: readonly Scope[] }
  | { kind: "service"; scopes: readonly Scope[] };

export function permissionsOf(caller: Caller): ReadonlySet<Permission> {
  switch (caller.kind) {
    case "user":
      return ROLE_PERMISSIONS[caller.role];
    case "agent": {
      const scopes = caller.scopes?.filter(isAgentScope) ?? [];
      if (scopes.length === 0) return AGENT_PERMISSIONS;
      return thoseWith(({ agents, scope }) => agents || (scope !== null && scopes.includes(scope)));
    }
    case "service":
      return thoseWith(
        ({ permission, scope }) => permission === FOR_ALL || (scope !== null && caller.scopes.includes(scope)),
      );
    default:
      return caller satisfies never;
  }
}
