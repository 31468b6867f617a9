import type { TeamRole, TeamSummarizeOutput } from "@bailiwick/sdk";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { beforeOf, buildTree, chainAbove, dropRefusal, type Roles, rowsOf, wouldCircle } from "./team-tree.ts";

const AT = "2026-01-01T00:00:00Z";

function role(agent_id: string, reports_to: string | null, kind: TeamRole["role"] = "supervisor"): TeamRole {
  const flags = { can_assign_to_peers: false, can_escalate_to_supervisor: true };
  return { agent_id, role: kind, reports_to, ...flags, created_at: AT, updated_at: AT };
}

const team = (...all: TeamRole[]): Roles => new Map(all.map((one) => [one.agent_id, one]));
const byName = (one: string, other: string) => one.localeCompare(other);

/** a ─ b ─ c (worker), d alone. */
const crew = team(role("a", null), role("b", "a"), role("c", "b", "worker"), role("d", null));
const lines = (roles: Roles, shown: Parameters<typeof rowsOf>[1]) =>
  rowsOf(buildTree(roles, byName), shown).map(({ id, depth }) => "  ".repeat(depth) + id);

describe("the tree", () => {
  test("puts each agent below the one it reports to", () => {
    expect(lines(crew, { closed: new Set() })).toEqual(["a", "  b", "    c", "d"]);
    expect(buildTree(crew, byName)[0]?.count).toBe(2);
  });

  test("shows supervisors first, then by name", () => {
    const roles = team(role("x", null), role("w", "x", "worker"), role("v", "x", "worker"), role("z", "x"));
    expect(lines(roles, { closed: new Set() })).toEqual(["x", "  z", "  v", "  w"]);
  });

  test("folds closed rows", () => {
    expect(lines(crew, { closed: new Set(["b"]) })).toEqual(["a", "  b", "d"]);
  });

  test("shows the path to a match, even when it is folded", () => {
    const rows = rowsOf(buildTree(crew, byName), { closed: new Set(["a"]), matches: (id) => id === "c" });
    expect(rows.map(({ id, isAside }) => [id, isAside])).toEqual([
      ["a", true],
      ["b", true],
      ["c", false],
    ]);
  });

  test("keeps agents whose supervisor is not listed", () => {
    expect(lines(team(role("c", "gone", "worker")), { closed: new Set() })).toEqual(["c"]);
  });

  test("counts the place among the reports of one agent", () => {
    const rows = rowsOf(buildTree(crew, byName), { closed: new Set() });
    expect(rows.map(({ id, place, among }) => [id, place, among])).toEqual([
      ["a", 1, 2],
      ["b", 1, 1],
      ["c", 1, 1],
      ["d", 2, 2],
    ]);
  });

  test("shows every agent once, for any reports", () => {
    const ids = ["a", "b", "c", "d", "e", "f"];
    const any = fc.array(fc.option(fc.constantFrom(...ids, "gone"), { nil: null }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(any, (above) => {
        const roles = team(...ids.map((id, at) => role(id, above[at] ?? null)));
        const shown = rowsOf(buildTree(roles, byName), { closed: new Set() }).map(({ id }) => id);
        expect(shown.sort()).toEqual(ids);
      }),
    );
  });
});

describe("where an agent may be dropped", () => {
  test("not on itself, nor on an agent below it", () => {
    expect(wouldCircle(crew, "a", "a")).toBe(true);
    expect(wouldCircle(crew, "a", "c")).toBe(true);
    expect(wouldCircle(crew, "c", "a")).toBe(false);
    expect(wouldCircle(crew, "d", "b")).toBe(false);
  });

  test("has a reason for each refusal", () => {
    expect(dropRefusal(crew, "a", "a")).toBe("Itself");
    expect(dropRefusal(crew, "b", "a")).toBe("Reports to it already");
    expect(dropRefusal(crew, "a", "b")).toBe("Would be a circle");
    expect(dropRefusal(crew, "d", "c")).toBe("Not a supervisor");
    expect(dropRefusal(crew, "d", "b")).toBeUndefined();
    expect(dropRefusal(crew, "new", "d")).toBeUndefined();
  });

  test("a chain with a circle ends", () => {
    expect(chainAbove(team(role("a", "b"), role("b", "a")), "a")).toEqual(["b"]);
  });
});

test("the state before a change has the role, the reports and the place in the rules", () => {
  const rules = {
    allow_peer_assignment: false,
    require_supervisor_for_tasks: false,
    default_supervisor_agent_id: "b",
    agents_create_roots: true,
    agent_priority_max: 10,
  };
  const summary: TeamSummarizeOutput = {
    supervisors: [role("a", null), role("b", "a")],
    workers: [role("c", "b", "worker")],
    specialists: [],
    unassigned_agents: [],
    rules,
    is_complete: true,
  };
  const { role: before, reports, isDefault } = beforeOf(summary, "b");
  expect([before?.reports_to, reports.map(({ agent_id }) => agent_id), isDefault]).toEqual(["a", ["c"], true]);
  expect(beforeOf(summary, "new")).toEqual({ role: undefined, reports: [], isDefault: false });
});
