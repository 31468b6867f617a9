import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Problem } from "../kernel/problem.ts";
import {
  allowedSteps,
  attemptsLeft,
  backoffMs,
  holdOf,
  isFinal,
  leaseEnded,
  requireAssignee,
  requireResponsible,
  requireStep,
  STEP_NAMES,
  type Step,
  type Stepper,
  type TaskState,
} from "./rules.ts";
import { STATUSES, type Status } from "./schema.ts";

/** The contract again, in other words: from where each step may be taken, and by whom. */
const FROM: Record<Step, readonly Status[]> = {
  start: ["queued", "blocked"],
  heartbeat: ["running"],
  add_event: ["running"],
  block: ["running"],
  complete: ["running"],
  fail: ["running"],
  release: ["running"],
  cancel: ["queued", "running", "blocked"],
  assign: ["queued", "running", "blocked"],
  escalate: ["queued", "running", "blocked"],
  retry: ["completed", "failed", "canceled"],
};
const GIVERS: readonly Step[] = ["cancel", "assign", "retry"];

const CREATOR = "creator";
const ASSIGNEE = "assignee";
const ABOVE = "above";
type Who = "person" | "server" | "creator" | "assignee" | "other" | "above";
const STEPPERS: Record<Who, Stepper> = {
  person: { kind: "user", id: "person" },
  server: { kind: "system", id: "server" },
  creator: { kind: "agent", id: CREATOR },
  assignee: { kind: "agent", id: ASSIGNEE },
  other: { kind: "agent", id: "other" },
  above: { kind: "agent", id: ABOVE },
};

/** Undefined when this one may take the step, whatever the state. */
function refusedTo(who: Who, step: Step): "forbidden" | "not_assignee" | undefined {
  if (who === "person" || who === "server") return undefined;
  if (!GIVERS.includes(step)) return who === "assignee" ? undefined : "not_assignee";
  if (who === "creator" || who === "above" || (who === "assignee" && step === "assign")) return undefined;
  return who === "assignee" ? "forbidden" : "not_assignee";
}

const NOW = Date.parse("2026-11-22T18:00:00Z");
const aState = fc
  .record({
    status: fc.constantFrom(...STATUSES),
    fence: fc.integer({ min: 0, max: 3 }),
    leaseLeftMs: fc.option(fc.integer({ min: -2, max: 2 })),
    blockedBy: fc.constantFrom("guard" as const, "agent" as const, "escalation" as const),
    canceledBy: fc.constantFrom("user", "agent", "system"),
  })
  .map(({ status, fence, leaseLeftMs, blockedBy, canceledBy }): TaskState => {
    const leased = status === "running" && leaseLeftMs !== null;
    return {
      id: "task",
      status,
      assigned_to_agent_id: ASSIGNEE,
      created_by_agent_id: CREATOR,
      fence: status === "running" ? Math.max(1, fence) : fence,
      lease_expires_at: leased ? new Date(NOW + leaseLeftMs).toISOString() : null,
      blocked_by: status === "blocked" ? blockedBy : null,
      canceled_by: status === "canceled" ? canceledBy : null,
    };
  });
const aStepper = fc.constantFrom(...(Object.keys(STEPPERS) as Who[]));
const aStep = fc.constantFrom(...STEP_NAMES);

function codeOf(decide: () => unknown): string | undefined {
  try {
    decide();
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
}

describe("the table of steps", () => {
  it("is the contract's", () => {
    expect([...STEP_NAMES].sort()).toEqual(Object.keys(FROM).sort());
  });

  it("lets a step start from its states alone, and names both states when not", () => {
    fc.assert(
      fc.property(aState, aStep, (task, step) => {
        const code = codeOf(() => requireStep(task, step));
        expect(code).toBe(FROM[step].includes(task.status) ? undefined : "illegal_step");
      }),
    );
    const finished = { ...anyTask, status: "failed" as const };
    expect(() => requireStep(finished, "start")).toThrow("Cannot transition from failed to running.");
  });

  it("has no way out of a final state but a new task", () => {
    for (const status of STATUSES) {
      const ways = STEP_NAMES.filter((step) => codeOf(() => requireStep({ ...anyTask, status }, step)) === undefined);
      expect(isFinal(status)).toBe(ways.join() === "retry");
    }
  });

  it("lets each step be taken by those the contract names, and by nobody else", () => {
    fc.assert(
      fc.property(aState, aStep, aStepper, (task, step, who) => {
        const by = STEPPERS[who];
        const decide = GIVERS.includes(step)
          ? () => requireResponsible(task, by, step, ABOVE)
          : () => requireAssignee(task, by);
        expect(codeOf(decide)).toBe(refusedTo(who, step));
      }),
    );
  });

  it("tells each caller the same that the steps will, with a reason for every no", () => {
    fc.assert(
      fc.property(aState, aStepper, fc.integer({ min: 0, max: 2 }), (task, who, open) => {
        const told = allowedSteps({ ...task, open_children: open }, STEPPERS[who], ABOVE);
        expect(told.map(({ step }) => step)).toEqual(STEP_NAMES);
        for (const { step, allowed, reason } of told) {
          const waits = step === "complete" && open > 0;
          expect(allowed).toBe(FROM[step].includes(task.status) && !refusedTo(who, step) && !waits);
          expect(reason === undefined).toBe(allowed);
        }
      }),
    );
  });
});

describe("holding a task", () => {
  it("takes the current fence and a lease that lasts; people need neither", () => {
    fc.assert(
      fc.property(
        aState,
        aStepper,
        fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
        (task, who, fence) => {
          const by = STEPPERS[who];
          const hold = () => holdOf(task, by, fence, new Date(NOW));
          if (by.kind === "agent" && fence === undefined) {
            expect(codeOf(hold)).toBe("invalid_input");
            return;
          }
          const over = task.lease_expires_at !== null && Date.parse(task.lease_expires_at) <= NOW;
          const taken = task.status === "canceled" || task.blocked_by === "guard" || over;
          expect(hold()).toBe(by.kind !== "agent" || (fence === task.fence && !taken) ? "held" : "lost");
        },
      ),
    );
  });

  it("ends exactly when the lease does", () => {
    const lease = { lease_expires_at: new Date(NOW).toISOString() };
    expect(leaseEnded(lease, new Date(NOW - 1))).toBe(false);
    expect(leaseEnded(lease, new Date(NOW))).toBe(true);
    expect(leaseEnded({ lease_expires_at: null }, new Date(NOW))).toBe(false);
  });
});

describe("trying again", () => {
  it("waits 1 s doubling to 60 s, jittered down to a half", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (n, r) => {
          const full = n > 6 ? 60_000 : 1_000 * 2 ** (n - 1);
          expect(backoffMs(n, r)).toBeGreaterThanOrEqual(full / 2);
          expect(backoffMs(n, r)).toBeLessThanOrEqual(full);
        },
      ),
    );
    expect([1, 2, 3, 6, 7, 100].map((n) => backoffMs(n, 0.999_999))).toEqual([
      1_000, 2_000, 4_000, 32_000, 60_000, 60_000,
    ]);
  });

  it("is done max_attempts times in all", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), (max_attempts) => {
        let failed_attempts = 0;
        while (attemptsLeft({ failed_attempts, max_attempts })) failed_attempts++;
        expect(failed_attempts + 1).toBe(max_attempts);
      }),
    );
  });
});

const anyTask: TaskState = {
  id: "task",
  status: "queued",
  assigned_to_agent_id: "assignee",
  created_by_agent_id: null,
  fence: 0,
  lease_expires_at: null,
  blocked_by: null,
  canceled_by: null,
};
