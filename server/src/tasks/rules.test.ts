import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Problem } from "../kernel/problem.ts";
import {
  backoffMs,
  countAttempt,
  holdOf,
  isFinal,
  leaseEnded,
  STEPS,
  type Stepper,
  type TaskState,
  uncountAttempt,
} from "./rules.ts";
import { STATUSES, type Status } from "./schema.ts";

const ASSIGNEE = "assignee";
const STEPPERS: readonly Stepper[] = [
  { kind: "user", id: "person" },
  { kind: "system", id: "server" },
  { kind: "agent", id: ASSIGNEE },
];

const NOW = Date.parse("2026-11-22T18:00:00Z");
const aState = fc
  .record({
    status: fc.constantFrom(...STATUSES),
    fence: fc.integer({ min: 0, max: 3 }),
    leaseLeftMs: fc.option(fc.integer({ min: -2, max: 2 })),
    blockedBy: fc.constantFrom("guard" as const, "agent" as const, "escalation" as const),
  })
  .map(({ status, fence, leaseLeftMs, blockedBy }): TaskState => {
    const leased = status === "running" && leaseLeftMs !== null;
    return {
      id: "task",
      status,
      assigned_to_agent_id: ASSIGNEE,
      pool_id: null,
      created_by_agent_id: null,
      fence: status === "running" ? Math.max(1, fence) : fence,
      lease_expires_at: leased ? new Date(NOW + leaseLeftMs).toISOString() : null,
      blocked_by: status === "blocked" ? blockedBy : null,
    };
  });
const aStepper = fc.constantFrom(...STEPPERS);

function codeOf(decide: () => unknown): string | undefined {
  try {
    decide();
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
}

it("from a final state, only retry is allowed, and a late result from failed", () => {
  for (const status of STATUSES) {
    const ways = Object.entries(STEPS).filter(([, { from }]) => (from as readonly Status[]).includes(status));
    const names = ways.map(([step]) => step).join();
    expect(isFinal(status)).toBe(names === (status === "failed" ? "accept_late,retry" : "retry"));
  }
});

describe("holding a task", () => {
  it("needs the current fence and a lease that has not ended; people need neither", () => {
    fc.assert(
      fc.property(
        aState,
        aStepper,
        fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
        (task, by, fence) => {
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

  it("ends exactly when the lease ends", () => {
    const lease = { lease_expires_at: new Date(NOW).toISOString() };
    expect(leaseEnded(lease, new Date(NOW - 1))).toBe(false);
    expect(leaseEnded(lease, new Date(NOW))).toBe(true);
    expect(leaseEnded({ lease_expires_at: null }, new Date(NOW))).toBe(false);
  });
});

/** Ends attempts until none may follow. Returns the numbers of both kinds. */
function attemptsOf({ max_attempts }: { max_attempts: number }, isUnseen: (n: number) => boolean) {
  let counts = { failed_attempts: 0, unseen_attempts: 0 };
  for (let isLast = false; !isLast; ) {
    ({ counts, isLast } = countAttempt({ ...counts, max_attempts }, isUnseen(counts.failed_attempts)));
  }
  return { seen: counts.failed_attempts - counts.unseen_attempts, unseen: counts.unseen_attempts };
}

describe("the next attempt", () => {
  it("waits 1 s, doubled up to 60 s, with a jitter of up to a half", () => {
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

  it("is allowed until there were max_attempts attempts", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), (max_attempts) => {
        expect(attemptsOf({ max_attempts }, () => false)).toEqual({ seen: max_attempts, unseen: 0 });
      }),
    );
  });

  it("is allowed until 10 attempts ended unseen, which do not count against max_attempts", () => {
    expect(attemptsOf({ max_attempts: 1 }, () => true)).toEqual({ seen: 0, unseen: 10 });
    expect(attemptsOf({ max_attempts: 3 }, (n) => n < 9)).toEqual({ seen: 3, unseen: 9 });
  });

  it("does not count the attempt that its late holder ends", () => {
    for (const is_seen of [true, false]) {
      const before = { failed_attempts: 4, unseen_attempts: 2 };
      const { counts } = countAttempt({ ...before, max_attempts: 9 }, !is_seen);
      expect(uncountAttempt({ ...counts, is_seen })).toEqual(before);
    }
  });
});
