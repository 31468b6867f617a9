/** Two operations with long polls, and calls of them, for tests. */
import Type from "typebox";
import { type Actor, systemActor } from "../../src/kernel/actor.ts";
import type { ReadyCall } from "../../src/kernel/dispatch/call.ts";
import { factType } from "../../src/kernel/facts/fact.ts";
import { hotCommand, type Poll, query, unchanged } from "../../src/kernel/operation.ts";
import type { Written } from "../../src/kernel/signals.ts";
import { requestInfo } from "./harness.ts";

/** The marks that the next look returns, and the number of looks so far. */
export const seen = { looks: 0, marks: new Map<string, string>() };

export const WORKSPACE = "0190aaaa-0000-7000-8000-000000000000";
export const OTHER = "0190aaaa-0000-7000-8000-000000000001";
/** Returns a fact whose subject is the given owner. */
export const factFor = (id: string, type: `thing.${string}` = "thing.came"): Written => ({
  fact: factType({ type, subject: "thing", meaning: "A thing came.", data: Type.Object({}) })(id, {}),
});

const spec = {
  permission: "tasks:claim",
  problems: [],
  summary: "Wait.",
  input: Type.Object({}),
  output: Type.Any(),
} as const;
const wait: Poll<typeof spec.input, typeof spec.output> = {
  seconds: (input) => (input as { seconds: number }).seconds,
  isEmpty: (output) => output === "nothing",
  wakes: ({ type, subject }) =>
    type === "thing.came" ? { owners: [subject.id], others: false } : { owners: [], others: type === "thing.moved" },
  marks: async () => {
    seen.looks++;
    return seen.marks;
  },
};
export const readThings = query({
  ...spec,
  name: "things.read",
  route: "GET /things",
  poll: wait,
  run: async () => "nothing",
});
export const takeThings = hotCommand({
  ...spec,
  name: "things.take",
  route: "POST /things",
  poll: wait,
  run: async () => unchanged("nothing"),
  plan: () => ({ statements: [], read: () => [] }),
});

export function callOf(owner: string, seconds = 30, more: Partial<ReadyCall> = {}): ReadyCall {
  const actor: Actor = { ...systemActor("test", WORKSPACE), id: owner, credential: owner };
  return { actor, input: { seconds }, bytes: 2, request: requestInfo(), keyed: undefined, final: true, ...more };
}

/** Waits until all work that is ready has run. */
export const settled = () => new Promise((resolve) => setTimeout(resolve, 20));
