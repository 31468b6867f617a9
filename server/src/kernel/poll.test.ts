import { describe, expect, it } from "vitest";
import { requestInfo } from "../../test/harness.ts";
import { latch } from "../../test/latch.ts";
import { systemActor } from "./actor.ts";
import type { ReadyCall } from "./dispatch.ts";
import { createPoll } from "./poll.ts";
import { createSignals, type Signals } from "./signals.ts";

const WORKSPACE = "0190aaaa-0000-7000-8000-000000000000";
const OTHER = "0190aaaa-0000-7000-8000-000000000001";
const call: ReadyCall = {
  actor: systemActor("test", WORKSPACE),
  input: {},
  request: requestInfo(),
  keyed: undefined,
  final: true,
};

const silent = { facts: () => undefined, credentials: () => undefined };
const polled = (seconds: number) => ({ seconds: () => seconds, isEmpty: (output: unknown) => output === "nothing" });

/** Attempts that find nothing until one is told what to find. */
function attempts(answers: readonly string[]) {
  const made: boolean[] = [];
  return {
    made,
    attempt: async ({ final }: ReadyCall) => {
      made.push(final);
      return answers[made.length - 1] ?? "nothing";
    },
  };
}

async function elapsedMs(work: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work;
  return performance.now() - start;
}

/** Resolves when somebody waits for the workspace's facts. */
function hooked(signals: Signals) {
  const waiting = latch();
  const wrapped: Signals = {
    ...signals,
    changed(...given) {
      const wait = signals.changed(...given);
      waiting.pass();
      return wait;
    },
  };
  return { signals: wrapped, waiting: waiting.passed };
}

describe("a long poll", () => {
  it("answers at once what the first attempt finds, and never waits when told not to", async () => {
    const poll = createPoll(createSignals(silent));
    const found = attempts(["work"]);
    expect(await poll(polled(30), call, undefined, found.attempt)).toBe("work");
    const none = attempts([]);
    expect(await poll(polled(0), call, undefined, none.attempt)).toBe("nothing");
    expect(await poll(undefined, call, undefined, none.attempt)).toBe("nothing");
    expect([found.made, none.made]).toEqual([[false], [true, true]]);
  });

  it("looks again when facts are written in its workspace, and not for those of another", async () => {
    const { signals, waiting } = hooked(createSignals(silent));
    const { made, attempt } = attempts(["nothing", "work"]);
    const answer = createPoll(signals)(polled(30), call, undefined, attempt);
    await waiting;
    signals.factsWritten(OTHER);
    await new Promise((resolve) => setImmediate(resolve));
    expect(made).toHaveLength(1);
    const woken = elapsedMs(answer);
    signals.factsWritten(WORKSPACE);
    expect(await answer).toBe("work");
    expect(await woken).toBeLessThan(500);
  });

  it("does not lose a wake that comes while an attempt runs", async () => {
    const signals = createSignals(silent);
    let made = 0;
    const attempt = async () => {
      if (++made > 1) return "work";
      // The work is committed after this attempt looked and before it is known to have found nothing.
      signals.factsWritten(WORKSPACE);
      return "nothing";
    };
    const ms = await elapsedMs(createPoll(signals)(polled(30), call, undefined, attempt));
    expect([made, ms < 500]).toEqual([2, true]);
  });

  it("a wake from another process reaches whoever waits, in every workspace", async () => {
    const { signals, waiting } = hooked(createSignals(silent));
    const { attempt } = attempts(["nothing", "work"]);
    const answer = createPoll(signals)(polled(30), call, undefined, attempt);
    await waiting;
    signals.wakeAll();
    expect(await answer).toBe("work");
  });

  it("looks again every second, since time alone can make work available", async () => {
    const { attempt } = attempts(["nothing", "nothing", "work"]);
    const ms = await elapsedMs(createPoll(createSignals(silent))(polled(30), call, undefined, attempt));
    expect(ms).toBeGreaterThan(1_900);
    expect(ms).toBeLessThan(4_000);
  });

  it("makes a final attempt when the time is up", async () => {
    const { made, attempt } = attempts([]);
    expect(await createPoll(createSignals(silent))(polled(1), call, undefined, attempt)).toBe("nothing");
    expect(made.at(-1)).toBe(true);
    expect(made.slice(0, -1).every((final) => !final)).toBe(true);
  });

  it("ends when the caller goes away, and leaves no listener behind", async () => {
    const { signals, waiting } = hooked(createSignals(silent));
    const abort = new AbortController();
    const { made, attempt } = attempts([]);
    const answer = createPoll(signals)(polled(30), call, abort.signal, attempt);
    await waiting;
    abort.abort();
    await expect(answer).rejects.toMatchObject({ code: "conflict" });
    expect(made).toHaveLength(1);
    const before = signals.version(WORKSPACE);
    signals.factsWritten(WORKSPACE);
    expect(signals.version(WORKSPACE)).toBe(before);
  });

  it("a failing attempt ends it and leaves no listener behind", async () => {
    const signals = createSignals(silent);
    const poll = createPoll(signals)(polled(30), call, undefined, async () => {
      throw new Error("A bug.");
    });
    await expect(poll).rejects.toThrow("A bug.");
    signals.factsWritten(WORKSPACE);
    expect(signals.version(WORKSPACE)).toBe(0);
  });
});

describe("signals", () => {
  it("tell the other processes of facts and of credentials", () => {
    const sent: string[] = [];
    const signals = createSignals({ facts: () => sent.push("facts"), credentials: () => sent.push("credentials") });
    let forgotten = 0;
    signals.onCredentials(() => forgotten++);
    signals.factsWritten(WORKSPACE);
    signals.credentialsChanged("all");
    signals.forgetCredentials("all");
    expect([sent, forgotten]).toEqual([["facts", "credentials"], 2]);
  });

  it("a wait for a version that has passed ends at once", async () => {
    const signals = createSignals(silent);
    const deafen = signals.onFacts(WORKSPACE, () => undefined);
    const since = signals.version(WORKSPACE);
    signals.factsWritten(WORKSPACE);
    expect(await elapsedMs(signals.changed(WORKSPACE, since, 10_000))).toBeLessThan(500);
    deafen();
  });

  it("one listener that leaves while all are called does not keep the others from hearing", () => {
    const signals = createSignals(silent);
    const heard: string[] = [];
    const first = signals.onFacts(WORKSPACE, () => {
      heard.push("first");
      first();
    });
    signals.onFacts(WORKSPACE, () => heard.push("second"));
    signals.factsWritten(WORKSPACE);
    signals.factsWritten(WORKSPACE);
    expect(heard).toEqual(["first", "second", "second"]);
  });
});
