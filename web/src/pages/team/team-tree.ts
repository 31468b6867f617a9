/** Who stands below whom, from what is known of each agent's role. Pure. */
import type { TeamRole, TeamSummarizeOutput } from "@bailiwick/sdk";

export interface TeamNode {
  id: string;
  role: TeamRole;
  below: readonly TeamNode[];
  /** All that stand below it, however far. */
  count: number;
}

/** A line of the chart as a list. */
export interface TeamRow {
  id: string;
  role: TeamRole | undefined;
  /** 0 at the top. */
  depth: number;
  isOpen: boolean;
  count: number;
  /** It is there only because something below it was searched for. */
  isAside: boolean;
  /** Among those that report to the same agent, from 1, and how many these are. */
  place: number;
  among: number;
}

export type Roles = ReadonlyMap<string, TeamRole>;

export function rolesOf({ supervisors, workers, specialists }: TeamSummarizeOutput): Roles {
  return new Map([...supervisors, ...workers, ...specialists].map((role) => [role.agent_id, role]));
}

/** Whom an agent reports to, and so on upwards. */
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

/** Whether an agent would come to stand below itself. */
export const wouldCircle = (roles: Roles, id: string, under: string): boolean =>
  id === under || chainAbove(roles, under).includes(id);

/** Why an agent cannot come to report to another, as far as the chart itself shows it; the server decides. */
export function dropRefusal(roles: Roles, id: string, under: string): string | undefined {
  if (id === under) return "Itself";
  if (roles.get(id)?.reports_to === under) return "Reports to it already";
  if (wouldCircle(roles, id, under)) return "Would be a circle";
  return roles.get(under)?.role === "supervisor" ? undefined : "Not a supervisor";
}

/** Those whose supervisor is not known stand at the top: the list may be cut short. */
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
  /** Agents whose part of the tree is folded. */
  closed: ReadonlySet<string>;
  /** Those searched for; undefined shows all. What leads to them is shown too, whatever is folded. */
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

/** What the team was before an agent's role is changed or taken: what it takes to put it back. */
export interface Before {
  /** Undefined: it had none. */
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
