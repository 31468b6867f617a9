import { beforeEach, describe, expect, it } from "vitest";
import { latch } from "../../../test/harness/latch.ts";
import {
  callOf,
  factFor,
  OTHER,
  readThings,
  seen,
  settled,
  takeThings,
  WORKSPACE,
} from "../../../test/harness/long-polls.ts";
import type { Db } from "../db/db.ts";
import { createSignals, type Signals } from "../signals.ts";
import type { ReadyCall } from "./call.ts";
import { createPoll, WAITING_OF_CREDENTIAL_MAX } from "./poll.ts";

const fail = (error: unknown) => expect.fail(String(error));

let signals: Signals;
let poll: ReturnType<typeof createPoll>;

/** A fake database for looks. */
const db = { read: (_workspace: string, work: (tx: never) => unknown) => work(undefined as never) } as unknown as Db;

beforeEach(() => {
  signals = createSignals({ facts: () => undefined, credentials: () => undefined });
  seen.marks = new Map();
  seen.looks = 0;
  // Only the events of a test cause looks.
  poll = createPoll({ db, signals, onFailure: fail, lookEveryMs: 1e6 });
});

/** A call that waits. The test chooses the result of each attempt. */
function attempts(answers: readonly string[]) {
  const made: boolean[] = [];
  const attempt = async ({ final }: ReadyCall) => {
    made.push(final);
    return answers[made.length - 1] ?? "nothing";
  };
  return { made, attempt };
}

describe.each([readThings, takeThings])("a long poll of a $kind", (operation) => {
  it("returns at once the result of the first attempt, and never waits without wait_seconds", async () => {
    const found = attempts(["work"]);
    expect(await poll(operation, callOf("ada"), undefined, found.attempt)).toBe("work");
    const none = attempts([]);
    expect(await poll(operation, callOf("ada", 0), undefined, none.attempt)).toBe("nothing");
    expect(await poll({ ...operation, poll: undefined } as never, callOf("ada"), undefined, none.attempt)).toBe(
      "nothing",
    );
    expect([found.made, none.made]).toEqual([[false], [true, true]]);
  });

  it("looks again after a fact for its owner, but not after facts for others or in other workspaces", async () => {
    const { made, attempt } = attempts(["nothing", "work"]);
    const answer = poll(operation, callOf("ada"), undefined, attempt);
    await settled();
    signals.factsWritten(WORKSPACE, [factFor("bob"), factFor("ada", "thing.seen")]);
    signals.factsWritten(OTHER, [factFor("ada")]);
    await settled();
    expect([made, seen.looks]).toEqual([[false], 0]);
    signals.factsWritten(WORKSPACE, [factFor("bob"), factFor("ada")]);
    expect(await answer).toBe("work");
  });

  it("does not lose a wake that comes while an attempt runs", async () => {
    let made = 0;
    const attempt = async () => {
      if (++made > 1) return "work";
      // The work is committed after this attempt looked and before it is known to have found nothing.
      signals.factsWritten(WORKSPACE, [factFor("ada")]);
      return "nothing";
    };
    expect(await poll(operation, callOf("ada"), undefined, attempt)).toBe("work");
  });

  it("a fact that may concern every owner, or of another process, causes one look for the workspace", async () => {
    const { made, attempt } = attempts(["nothing", "nothing", "nothing", "work"]);
    const answers = ["ada", "bob", "eve"].map((owner) => poll(operation, callOf(owner), undefined, attempt));
    await settled();
    seen.marks = new Map([["bob", "1"]]);
    signals.factsWritten(WORKSPACE, [factFor("ada", "thing.moved")]);
    expect(await answers[1]).toBe("work");
    expect([seen.looks, made.length]).toEqual([1, 4]);
    seen.marks = new Map([
      ["bob", "1"],
      ["eve", "2"],
    ]);
    made.splice(3);
    signals.wake("all");
    expect(await answers[2]).toBe("work");
    seen.marks.set("ada", "3");
    made.splice(3);
    signals.wake("all");
    expect(await answers[0]).toBe("work");
  });

  it("looks again without a fact, since time alone can make work available", async () => {
    poll = createPoll({ db, signals, onFailure: fail, lookEveryMs: 5 });
    const { attempt } = attempts(["nothing", "work"]);
    const answer = poll(operation, callOf("ada"), undefined, attempt);
    await expect.poll(() => seen.looks).toBeGreaterThan(2);
    seen.marks.set("ada", "1");
    expect(await answer).toBe("work");
  });

  it("makes a final attempt when the time is up", async () => {
    const { made, attempt } = attempts([]);
    expect(await poll(operation, callOf("ada", 0.02), undefined, attempt)).toBe("nothing");
    expect(made).toEqual([false, true]);
  });

  it("ends when the caller disconnects, and leaves no listener and no timer", async () => {
    poll = createPoll({ db, signals, onFailure: fail, lookEveryMs: 5 });
    const abort = new AbortController();
    const { made, attempt } = attempts([]);
    const answer = poll(operation, callOf("ada"), () => abort.signal, attempt);
    await settled();
    abort.abort();
    await expect(answer).rejects.toMatchObject({ code: "conflict" });
    const before = seen.looks;
    signals.factsWritten(WORKSPACE);
    await settled();
    expect([made.length, seen.looks - before < 2]).toEqual([1, true]);
  });

  it("a look that fails is reported, and the next look still runs", async () => {
    const failures: unknown[] = [];
    let isAway = true;
    const shaky = {
      read: (...given: Parameters<Db["read"]>) => (isAway ? Promise.reject(new Error("Away.")) : db.read(...given)),
    };
    poll = createPoll({ db: shaky as Db, signals, onFailure: (error) => failures.push(error), lookEveryMs: 5 });
    const answer = poll(operation, callOf("ada"), undefined, attempts(["nothing", "work"]).attempt);
    await expect.poll(() => failures.length).toBeGreaterThan(1);
    isAway = false;
    seen.marks.set("ada", "1");
    expect(await answer).toBe("work");
  });

  it("a caller that lost its permission gets the reason when credentials change, without another attempt", async () => {
    let may = true;
    const requireStill = async () => {
      if (!may) throw new Error("No more.");
    };
    const { made, attempt } = attempts([]);
    const answer = poll(operation, callOf("ada", 30, { requireStill }), undefined, attempt);
    await settled();
    signals.credentialsChanged([WORKSPACE]);
    await settled();
    may = false;
    signals.credentialsChanged([WORKSPACE]);
    await expect(answer).rejects.toThrow("No more.");
    expect(made).toHaveLength(1);
  });

  it(`only ${WAITING_OF_CREDENTIAL_MAX} calls of one credential wait; a call without a wait is served`, async () => {
    const { attempt } = attempts([]);
    const aborts = Array.from({ length: WAITING_OF_CREDENTIAL_MAX }, () => new AbortController());
    const waiting = aborts.map(({ signal }) => poll(operation, callOf("ada"), () => signal, attempt));
    await expect(poll(operation, callOf("ada"), undefined, attempt)).rejects.toMatchObject({ code: "overloaded" });
    expect(await poll(operation, callOf("ada", 0), undefined, attempt)).toBe("nothing");
    expect(await poll(operation, callOf("bob", 0.02), undefined, attempt)).toBe("nothing");
    for (const abort of aborts) abort.abort();
    await Promise.allSettled(waiting);
    expect(await poll(operation, callOf("ada", 0.02), undefined, attempt)).toBe("nothing");
  });
});

describe("equal queries", () => {
  it("share one look, which begins after each query arrived", async () => {
    const held = latch();
    let made = 0;
    const attempt = async () => {
      if (++made === 1) await held.passed;
      return made < 3 ? "nothing" : "work";
    };
    const ask = (count: number) =>
      Array.from({ length: count }, () => poll(readThings, callOf("ada"), undefined, attempt));
    const first = ask(5);
    await settled();
    const later = ask(5);
    await settled();
    expect(made).toBe(1);
    held.pass();
    await settled();
    expect(made).toBe(2);
    signals.factsWritten(WORKSPACE, [factFor("ada")]);
    expect(await Promise.all([...first, ...later])).toEqual(Array.from({ length: 10 }, () => "work"));
    expect(made).toBe(3);
  });

  it("do not share a look with a different query", async () => {
    const { made, attempt } = attempts([]);
    const abort = new AbortController();
    const calls = [callOf("ada", 30), callOf("ada", 29), callOf("bob", 30)];
    const answers = calls.map((call) => poll(readThings, call, () => abort.signal, attempt));
    await settled();
    expect(made).toHaveLength(3);
    abort.abort();
    await Promise.allSettled(answers);
  });
});

describe("callers that take things", () => {
  /** Workers of one agent and a pile that they take from. Each attempt is counted. */
  function crew(size: number) {
    const pile: string[] = [];
    const state = { made: 0, pile };
    const attempt = async () => {
      state.made++;
      return pile.shift() ?? "nothing";
    };
    const aborts = Array.from({ length: size }, () => new AbortController());
    const answers = aborts.map(({ signal }) => poll(takeThings, callOf("ada"), () => signal, attempt));
    const ends = Promise.allSettled(answers);
    return { state, aborts, answers, ends, attempt };
  }

  it("are woken one at a time: one thing costs one attempt", async () => {
    const { state, aborts, answers, ends } = crew(10);
    await settled();
    state.made = 0;
    state.pile.push("one");
    signals.factsWritten(WORKSPACE, [factFor("ada")]);
    expect(await answers[0]).toBe("one");
    await settled();
    // One attempt took the thing; the next one found nothing.
    expect(state.made).toBe(2);
    for (const abort of aborts) abort.abort();
    await ends;
  });

  it("pass a wake on: three things of one wake reach three callers", async () => {
    const { state, aborts, answers, ends } = crew(5);
    await settled();
    state.pile.push("one", "two", "three");
    signals.factsWritten(WORKSPACE, [factFor("ada")]);
    expect(await Promise.all(answers.slice(0, 3))).toEqual(["one", "two", "three"]);
    for (const abort of aborts) abort.abort();
    await ends;
  });

  it.each([
    ["goes away", async () => undefined],
    [
      "may no longer",
      async () => {
        throw new Error("No more.");
      },
    ],
  ])("a wake is not lost with the one who was called and %s before looking", async (how, requireStill) => {
    const goneAway = new AbortController();
    const { attempt } = attempts(["nothing", "nothing", "work"]);
    const called = latch();
    const stopped = latch();
    const still = async () => {
      called.pass();
      await stopped.passed;
      await requireStill();
    };
    const first = poll(takeThings, callOf("ada", 30, { requireStill: still }), () => goneAway.signal, attempt);
    const second = poll(takeThings, callOf("ada"), undefined, attempt);
    await settled();
    signals.factsWritten(WORKSPACE, [factFor("ada")]);
    await called.passed;
    if (how === "goes away") goneAway.abort();
    stopped.pass();
    await expect(first).rejects.toThrow();
    expect(await second).toBe("work");
  });
});
