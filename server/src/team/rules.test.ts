/** Compares every combination of roles, flags and rules with the rules in words. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Assignment, assignmentRefusal, changedRole, escalationTarget, requireAssignable } from "./rules.ts";
import { TEAM_ROLES } from "./schema.ts";

const BOTH = [false, true] as const;

/** The same rules, written a second time without the table. */
function mayInWords({ rules, from, to }: Assignment): boolean {
  if (!rules.require_supervisor_for_tasks) return true;
  if (from.role?.role === "supervisor") return true;
  const toSupervisor = to.role?.role === "supervisor";
  if (!from.role) return (toSupervisor && from.id !== to.id) || rules.allow_peer_assignment;
  if (from.id === to.id) return true;
  if (toSupervisor) return from.role.can_escalate_to_supervisor;
  return rules.allow_peer_assignment && from.role.can_assign_to_peers;
}

/** Returns every combination of the given values. */
function product<T>(values: readonly (readonly T[])[]): T[][] {
  return values.reduce<T[][]>((rows, next) => rows.flatMap((row) => next.map((value) => [...row, value])), [[]]);
}

const ROLES = [undefined, ...TEAM_ROLES];
const FLAGS = product([BOTH, BOTH, BOTH, BOTH]);
const PAIRS = ROLES.flatMap((from) => [
  ...ROLES.map((to) => ({ from, to, isSelf: false })),
  { from, to: from, isSelf: true },
]);

const ALL: Assignment[] = FLAGS.flatMap(([required = false, peers = false, toPeers = false, escalates = false]) =>
  PAIRS.map(({ from, to, isSelf }) => ({
    rules: { require_supervisor_for_tasks: required, allow_peer_assignment: peers },
    from: {
      id: "a",
      role: from && {
        agent_id: "a",
        role: from,
        can_assign_to_peers: toPeers,
        can_escalate_to_supervisor: escalates,
      },
    },
    to: { id: isSelf ? "a" : "b", role: to && { role: to } },
  })),
);

describe("giving work", () => {
  it("has a test for every combination", () => {
    expect(ALL).toHaveLength(2 ** 4 * 4 * (4 + 1));
  });

  it("is allowed as the rules say in words, and refused with a reason otherwise", () => {
    for (const assignment of ALL) {
      const refusal = assignmentRefusal(assignment);
      expect(refusal === undefined, JSON.stringify(assignment)).toBe(mayInWords(assignment));
      if (refusal !== undefined) expect(() => requireAssignable(assignment)).toThrow(refusal);
    }
    expect(ALL.some((assignment) => assignmentRefusal(assignment) !== undefined)).toBe(true);
  });

  it("names the permission to escalate when that is what is missing", () => {
    const refusal = assignmentRefusal({
      rules: { require_supervisor_for_tasks: true, allow_peer_assignment: true },
      from: {
        id: "a",
        role: { agent_id: "a", role: "worker", can_assign_to_peers: true, can_escalate_to_supervisor: false },
      },
      to: { id: "b", role: { role: "supervisor" } },
    });
    expect(refusal).toContain("may not escalate");
  });
});

describe("a change of a role", () => {
  it("keeps what is left out, and a new role is a worker that may escalate", () => {
    const fresh = changedRole(undefined, { agent_id: "a" });
    expect(fresh).toEqual({
      agent_id: "a",
      role: "worker",
      can_assign_to_peers: false,
      can_escalate_to_supervisor: true,
      reports_to: null,
    });
    const before = { ...fresh, reports_to: "b", can_assign_to_peers: true, created_at: "", updated_at: "" };
    expect(changedRole(before, { agent_id: "a", role: "specialist" })).toEqual({
      ...fresh,
      role: "specialist",
      can_assign_to_peers: true,
      reports_to: "b",
    });
    expect(changedRole(before, { agent_id: "a", reports_to: null }).reports_to).toBeNull();
  });
});

describe("escalation", () => {
  it("reaches each supervisor at most once and then people, in every hierarchy", () => {
    const ids = ["a", "b", "c", "d", "e"];
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...ids), fc.subarray(ids), { minKeys: 0 }),
        fc.option(fc.constantFrom(...ids)),
        (chart, defaultSupervisor) => {
          const had: string[] = [];
          let from = "a";
          for (let step = 0; ; step++) {
            expect(step).toBeLessThanOrEqual(ids.length);
            const next = escalationTarget({ from, above: chart[from] ?? [], defaultSupervisor, had });
            if (next === null) break;
            expect([...had, from]).not.toContain(next);
            had.push(from);
            from = next;
          }
        },
      ),
    );
  });

  it("prefers the nearest above, then the default one", () => {
    const ask = (above: string[], had: string[] = []) =>
      escalationTarget({ from: "a", above, defaultSupervisor: "d", had });
    expect(ask(["b", "c"])).toBe("b");
    expect(ask(["b", "c"], ["b"])).toBe("c");
    expect(ask([], [])).toBe("d");
    expect(ask(["b"], ["b", "d"])).toBeNull();
  });
});
