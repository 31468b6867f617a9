/** The tree of the team, from the roles of the agents. Pure. */
import type { TeamRole, TeamSummarizeOutput } from "@bailiwick/sdk";

export interface TeamNode {
  id: string;
  role: TeamRole;
  below: readonly TeamNode[];
  /** The number of all agents below it. */
  count: number;
}

/** A row of the list. */
export interface TeamRow {
  id: string;
  role: TeamRole | undefined;
  /** 0 at the top. */
  depth: number;
  isOpen: boolean;
  count: number;
  /** The row is shown only because a row below it matches the search. */
  isAside: boolean;
  /** The place among the reports of the same agent, from 1, and the number of these reports. */
  place: number;
  among: number;
}

export type Roles = ReadonlyMap<string, TeamRole>;

export function rolesOf({ supervisors, workers, specialists }: TeamSummarizeOutput): Roles {
  return new Map([...supervisors, ...workers, ...specialists].map((role) => [role.agent_id, role]));
}

/** Returns the supervisors above an agent, the nearest first. */
export function chainAbove(roles: Roles, id: string): string[] {
  const above: string[] = [];
  const seen = new Set([id]);
  let next = roles.get(id)?.reports_to;
  while (next != null && !seen.has(next)) {
    above.push(next);
    seen.add(next);
    next = roles.get(next)?.reports_to;
  }
  return above;
}

/** Returns whether an agent would be below itself. */
export const wouldCircle = (roles: Roles, id: string, under: string): boolean =>
  id === under || chainAbove(roles, under).includes(id);

/** Returns why an agent cannot report to another, as far as the chart knows; the server decides. */
export function dropRefusal(roles: Roles, id: string, under: string): string | undefined {
  if (id === under) return "Itself";
  if (roles.get(id)?.reports_to === under) return "Reports to it already";
  if (wouldCircle(roles, id, under)) return "Would be a circle";
  return roles.get(under)?.role === "supervisor" ? undefined : "Not a supervisor";
}

/** Agents with an unknown supervisor stand at the top, because the list may be cut. */
export function buildTree(roles: Roles, compare: (one: string, other: string) => number): TeamNode[] {
  const below = new Map<string | undefined, string[]>();
  for (const { agent_id, reports_to } of roles.values()) {
    const isTop = reports_to === null || !roles.has(reports_to) || wouldCircle(roles, agent_id, reports_to);
    const above = isTop ? undefined : reports_to;
    below.set(above, [...(below.get(above) ?? []), agent_id]);
  }
  const nodesBelow = (above: string | undefined): TeamNode[] =>
    (below.get(above) ?? []).sort(byRole(roles, compare)).flatMap((id) => {
      const role = roles.get(id);
      if (!role) return [];
      const nodes = nodesBelow(id);
      return [{ id, role, below: nodes, count: nodes.reduce((sum, { count }) => sum + count + 1, 0) }];
    });
  return nodesBelow(undefined);
}

const RANKS: Record<TeamRole["role"], number> = { supervisor: 0, specialist: 1, worker: 2 };

const byRole = (roles: Roles, compare: (one: string, other: string) => number) => (one: string, other: string) => {
  const [first, second] = [roles.get(one), roles.get(other)];
  const ranks = first && second ? RANKS[first.role] - RANKS[second.role] : 0;
  return ranks || compare(one, other);
};

export interface Shown {
  /** The agents whose subtree is folded. */
  closed: ReadonlySet<string>;
  /** Matches the search; undefined shows all. The path to a match is shown too, even when it is folded. */
  matches?: ((id: string) => boolean) | undefined;
}

export function rowsOf(nodes: readonly TeamNode[], shown: Shown, depth = 0): TeamRow[] {
  const { closed, matches } = shown;
  const kept = matches ? nodes.filter((node) => hasMatch(node, matches)) : nodes;
  return kept.flatMap(({ id, role, below, count }, at) => {
    const isOpen = matches !== undefined || !closed.has(id);
    const isAside = matches !== undefined && !matches(id);
    const row = { id, role, depth, count, isOpen, isAside, place: at + 1, among: kept.length };
    return [row, ...(isOpen ? rowsOf(below, shown, depth + 1) : [])];
  });
}

const hasMatch = (node: TeamNode, matches: (id: string) => boolean): boolean =>
  matches(node.id) || node.below.some((one) => hasMatch(one, matches));

/** The state of the team before a change of an agent's role, for undo. */
export interface Before {
  /** Undefined when the agent had no role. */
  role: TeamRole | undefined;
  reports: readonly TeamRole[];
  isDefault: boolean;
}

export function beforeOf({ rules, ...summary }: TeamSummarizeOutput, id: string): Before {
  const roles = rolesOf({ ...summary, rules });
  return {
    role: roles.get(id),
    reports: [...roles.values()].filter(({ reports_to }) => reports_to === id),
    isDefault: rules.default_supervisor_agent_id === id,
  };
}
