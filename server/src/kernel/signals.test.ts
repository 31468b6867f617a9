import { describe, expect, it } from "vitest";
import { createSignals } from "./signals.ts";

const WORKSPACE = "0190aaaa-0000-7000-8000-000000000000";
const silent = { facts: () => undefined, credentials: () => undefined };

describe("signals", () => {
  it("notify the other processes of facts and of credentials", () => {
    const sent: string[] = [];
    const signals = createSignals({ facts: () => sent.push("facts"), credentials: () => sent.push("credentials") });
    let forgotten = 0;
    signals.onCredentials(() => forgotten++);
    signals.factsWritten(WORKSPACE);
    signals.credentialsChanged("all");
    signals.forgetCredentials("all");
    expect([sent, forgotten]).toEqual([["facts", "credentials"], 2]);
  });

  it("a fact of another process wakes who waits in its workspace, and nobody elsewhere", () => {
    const heard: string[] = [];
    const signals = createSignals(silent);
    for (const workspace of ["one", "two"]) signals.onFacts(workspace, () => heard.push(workspace));
    signals.wake(["one", "unknown"]);
    signals.wake("all");
    expect(heard).toEqual(["one", "one", "two"]);
  });

  it("a listener that unsubscribes while all are called does not stop the calls of the others", () => {
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
