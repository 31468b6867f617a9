import { describe, expect, it } from "vitest";
import { aHotRename, renameSecretly, renameWorkspace } from "../../../test/harness/fake-operations.ts";
import {
  aWorkspace,
  createSecondApp,
  factsOf,
  problemOf,
  type TestApp,
  useApp,
} from "../../../test/harness/harness.ts";
import { latch } from "../../../test/harness/latch.ts";
import type { CommandContext, HotCommand } from "../operation.ts";

const app = useApp();

interface Stored {
  key: string;
  answer: unknown;
  sealed: string | null;
}

async function storedOf(workspace: string): Promise<Stored[]> {
  const sql = "select key, answer, sealed from idempotency_answers where workspace_id = $1 order by key";
  return (await app().admin.query<Stored>(sql, [workspace])).rows;
}

async function factCount(workspace: string): Promise<number> {
  return (await factsOf(app(), workspace)).length;
}

const leaveAll = () => ({ statements: [], read: () => [] });
const WAYS = [
  { way: "an ordinary command", operation: () => renameWorkspace },
  { way: "a hot command", operation: () => aHotRename().operation },
  { way: "a hot command that goes alone", operation: () => ({ ...aHotRename().operation, plan: leaveAll }) },
];

describe.each(WAYS)("one key with $way", ({ operation }) => {
  it("the same key and body: the first answer again, and one fact", async () => {
    const { id, owner } = await aWorkspace(app());
    const rename = operation();
    for (let time = 0; time < 3; time++) {
      const input = time === 1 ? { note: { b: 1, a: 2 }, name: "One" } : { name: "One", note: { a: 2, b: 1 } };
      expect(await app().call(rename, owner, input, { idempotencyKey: "k" })).toEqual({ name: "One" });
    }
    expect(await factCount(id)).toBe(1);
    expect(await storedOf(id)).toHaveLength(1);
  });

  it("another body, or another operation: a conflict that changes nothing", async () => {
    const { id, owner } = await aWorkspace(app());
    const rename = operation();
    await app().call(rename, owner, { name: "One" }, { idempotencyKey: "k" });
    const calls = [
      () => app().call(rename, owner, { name: "Two" }, { idempotencyKey: "k" }),
      () => app().call(renameSecretly, owner, { name: "One" }, { idempotencyKey: "k" }),
    ];
    for (const call of calls) expect((await problemOf(call())).code).toBe("idempotency_mismatch");
    expect(await factCount(id)).toBe(1);
  });

  it("another credential or workspace has separate keys", async () => {
    const [first, second] = [await aWorkspace(app()), await aWorkspace(app())];
    const key = { ...first.owner, credential: "key:another" };
    for (const actor of [first.owner, key, second.owner]) {
      await app().call(operation(), actor, { name: "One" }, { idempotencyKey: "k" });
    }
    expect([await factCount(first.id), await factCount(second.id)]).toEqual([2, 1]);
  });

  it("many at once with one key: one runs, the others get its answer or `in_flight`", async () => {
    const { id, owner } = await aWorkspace(app());
    const [other, rename] = [createSecondApp(app()), operation()];
    const callers = Array.from({ length: 16 }, (_, index): TestApp => (index % 2 ? app() : other));
    const settled = await Promise.allSettled(
      callers.map((on) => on.call(rename, owner, { name: "One" }, { idempotencyKey: "k" })),
    );
    await other.close();
    expect(settled.some(({ status }) => status === "fulfilled")).toBe(true);
    for (const result of settled) {
      if (result.status === "fulfilled") expect(result.value).toEqual({ name: "One" });
      else expect(result.reason).toMatchObject({ code: "in_flight", details: { retry_after_seconds: 1 } });
    }
    expect(await factCount(id)).toBe(1);
    expect(await app().call(rename, owner, { name: "One" }, { idempotencyKey: "k" })).toEqual({ name: "One" });
  });

  it("a crash stores nothing, and the same key may try again", async () => {
    const { id, owner } = await aWorkspace(app());
    const rename = operation();
    const crash = app().call(rename, owner, { name: "One", how: "crash" }, { idempotencyKey: "k" });
    await expect(crash).rejects.toThrow("A bug.");
    expect([await factCount(id), await storedOf(id)]).toEqual([0, []]);
    await app().call(rename, owner, { name: "Two" }, { idempotencyKey: "k" });
    expect(await factCount(id)).toBe(1);
  });

  it("a refusal that was stored is answered again; nothing happened is an answer too", async () => {
    const { id, owner } = await aWorkspace(app());
    for (let time = 0; time < 2; time++) {
      const refusal = app().call(operation(), owner, { name: "One", how: "refuse" }, { idempotencyKey: "k" });
      expect(await problemOf(refusal)).toMatchObject({ code: "blocked", details: { blocked: true } });
      await app().call(operation(), owner, { name: "One", how: "nothing" }, { idempotencyKey: "n" });
    }
    expect(await factCount(id)).toBe(1);
    expect((await storedOf(id)).map(({ key }) => key)).toEqual(["k", "n"]);
  });
});

describe("idempotency keys", () => {
  it("a thrown Problem is not an answer: the key may try again", async () => {
    const { id, owner } = await aWorkspace(app());
    const never = app().call(renameWorkspace, owner, { name: "One", how: "throw" }, { idempotencyKey: "k" });
    expect((await problemOf(never)).code).toBe("conflict");
    expect(await storedOf(id)).toEqual([]);
  });

  it("a repeat while the first runs, in this process or another, is in flight", async () => {
    const { owner } = await aWorkspace(app());
    const { operation, running, open } = aSlowRename();
    const other = createSecondApp(app());
    const first = app().call(operation, owner, { name: "One" }, { idempotencyKey: "k" });
    await running.passed;
    for (const on of [app(), other]) {
      const repeat = on.call(operation, owner, { name: "One" }, { idempotencyKey: "k" });
      expect((await problemOf(repeat)).code).toBe("in_flight");
    }
    open.pass();
    expect(await first).toEqual({ name: "One" });
    expect(await other.call(operation, owner, { name: "One" }, { idempotencyKey: "k" })).toEqual({ name: "One" });
    await other.close();
  });

  it("two hot calls with one key never share a group, and those with different keys share one of their own", async () => {
    const { owner } = await aWorkspace(app());
    const { operation, groups } = aHotRename();
    const keys = ["k", "k", undefined, "m"];
    await Promise.allSettled(
      keys.map((key, index) =>
        app().call(operation, owner, { name: `n${index}` }, key === undefined ? {} : { idempotencyKey: key }),
      ),
    );
    expect(groups).toEqual([["n0", "n3"], ["n2"]]);
  });

  it("answers that hold a secret are stored sealed and open to the same answer", async () => {
    const { id, owner } = await aWorkspace(app());
    for (let time = 0; time < 2; time++) {
      const answer = await app().call(renameSecretly, owner, { name: "Sesame" }, { idempotencyKey: "k" });
      expect(answer).toEqual({ name: "Sesame" });
    }
    const [stored] = await storedOf(id);
    expect(stored?.answer).toBeNull();
    expect(stored?.sealed).not.toContain("Sesame");
  });

  it("a key is 1 to 255 printable characters", async () => {
    const { owner } = await aWorkspace(app());
    for (const idempotencyKey of ["", "x".repeat(256), "tab\t", "é"]) {
      const problem = await problemOf(app().call(renameWorkspace, owner, { name: "One" }, { idempotencyKey }));
      expect(problem).toMatchObject({ code: "invalid_input", details: { errors: [{ path: "/Idempotency-Key" }] } });
    }
    await app().call(renameWorkspace, owner, { name: "One" }, { idempotencyKey: "x".repeat(255) });
  });
});

/** A command that waits in its transaction until the test releases it. */
function aSlowRename() {
  const [running, open] = [latch(), latch()];
  const operation = {
    ...renameWorkspace,
    async run(context: CommandContext, input: Parameters<HotCommand["run"]>[1]) {
      running.pass();
      await open.passed;
      return renameWorkspace.run(context, input as { name: string });
    },
  };
  return { operation, running, open };
}
