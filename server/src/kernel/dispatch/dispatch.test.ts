import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { aHotRename, renamed, renameWorkspace, writeInQuery } from "../../../test/harness/fake-operations.ts";
import { aWorkspace, factsOf, problemOf, requestInfo, useApp } from "../../../test/harness/harness.ts";
import type { Actor } from "../actor.ts";

const app = useApp();

async function nameOf(workspace: string): Promise<string | undefined> {
  const { rows } = await app().admin.query("select name from workspaces where workspace_id = $1", [workspace]);
  return rows[0]?.name;
}

async function traceOf(workspace: string) {
  return { name: await nameOf(workspace), facts: (await factsOf(app(), workspace)).map(({ data }) => data.name) };
}

const WAYS = [
  { way: "an ordinary command", operation: () => renameWorkspace },
  { way: "a hot command", operation: () => aHotRename().operation },
  { way: "a hot command that goes alone", operation: () => ({ ...aHotRename().operation, plan: leaveAll }) },
];
const leaveAll = () => ({ statements: [], read: () => [] });

describe.each(WAYS)("what $way leaves", ({ operation }) => {
  it("changed: the state and its fact, with the actor and the request", async () => {
    const { id, owner } = await aWorkspace(app());
    const request = { ...requestInfo(), trace_id: "0123456789abcdef0123456789abcdef" };
    const call = { input: { name: "One" }, request };
    expect(await app().dispatcher.dispatch(operation(), owner, call)).toMatchObject({ output: { name: "One" } });
    expect(await nameOf(id)).toBe("One");
    const { rows } = await app().admin.query("select * from facts where workspace_id = $1", [id]);
    expect(rows).toMatchObject([
      {
        type: "test.renamed",
        actor_kind: "user",
        actor_id: owner.id,
        request_id: request.id,
        trace_id: request.trace_id,
        data: { name: "One" },
      },
    ]);
  });

  it("unchanged: no fact", async () => {
    const { id, owner } = await aWorkspace(app());
    expect(await app().call(operation(), owner, { name: "One", how: "nothing" })).toEqual({ name: "One" });
    expect((await traceOf(id)).facts).toEqual([]);
  });

  it("refused: the caller gets the problem, and what the refusal wrote stays with its fact", async () => {
    const { id, owner } = await aWorkspace(app());
    const problem = await problemOf(app().call(operation(), owner, { name: "One", how: "refuse" }));
    expect(problem).toMatchObject({ code: "blocked", message: "Not One.", details: { blocked: true } });
    expect(await traceOf(id)).toEqual({ name: "One", facts: ["One"] });
  });

  it("a bug: neither state nor fact, and not a Problem", async () => {
    const { id, owner } = await aWorkspace(app());
    await expect(app().call(operation(), owner, { name: "One", how: "crash" })).rejects.toThrow("A bug.");
    expect(await traceOf(id)).toEqual({ name: "Test", facts: [] });
  });
});

describe("dispatch", () => {
  it("a thrown Problem leaves no trace", async () => {
    const { id, owner } = await aWorkspace(app());
    expect(await problemOf(app().call(renameWorkspace, owner, { name: "One", how: "throw" }))).toMatchObject({
      code: "conflict",
      message: "Never One.",
    });
    expect(await traceOf(id)).toEqual({ name: "Test", facts: [] });
  });

  it("checks the permission before the input", async () => {
    const { owner } = await aWorkspace(app());
    const nobody: Actor = { ...owner, permissions: new Set() };
    expect((await problemOf(app().call(renameWorkspace, nobody, { name: 5 } as never))).code).toBe("forbidden");
    expect((await problemOf(app().call(renameWorkspace, owner, { name: 5 } as never))).code).toBe("invalid_input");
  });

  it("a query cannot write, even when its code tries", async () => {
    const { id, owner } = await aWorkspace(app());
    await expect(app().call(writeInQuery, owner, { name: "One" })).rejects.toMatchObject({ code: "25006" });
    expect(await nameOf(id)).toBe("Test");
  });

  it("sees and changes nothing of another workspace", async () => {
    const [mine, other] = [await aWorkspace(app()), await aWorkspace(app())];
    await app().call(renameWorkspace, mine.owner, { name: "Mine" });
    const seen = await app().db.read(mine.id, (tx) => tx.statement("test.all", "select name from workspaces", []));
    expect(seen).toEqual([{ name: "Mine" }]);
    expect(await nameOf(other.id)).toBe("Test");
    const elsewhere = app().db.transaction(mine.id, (tx) =>
      tx.statement("test.other", "update workspaces set name = 'Taken' where workspace_id = $1 returning 1", [
        other.id,
      ]),
    );
    expect(await elsewhere).toEqual([]);
    await expect(app().db.read("' or true --", async () => 1)).rejects.toMatchObject({ code: "not_found" });
  });

  it("calls of one workspace share a group, and a bad one among them fails alone", async () => {
    const { id, owner } = await aWorkspace(app());
    const { operation, groups } = aHotRename();
    const names = ["a", "b", "c"];
    const settled = await Promise.allSettled(
      names.map((name) => app().call(operation, owner, { name, ...(name === "b" && { how: "crash" as const }) })),
    );
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(groups).toEqual([names, ["a"], ["b"], ["c"]]);
    expect((await traceOf(id)).facts).toEqual(["a", "c"]);
  });

  it("a call that the fast way does not handle runs alone, after its group", async () => {
    const { id, owner } = await aWorkspace(app());
    const { operation, groups, alone } = aHotRename();
    const inputs = [{ name: "a" }, { name: "b", how: "alone" as const }, { name: "c" }];
    await Promise.all(inputs.map((input) => app().call(operation, owner, input)));
    expect([groups, alone]).toEqual([[["a", "b", "c"]], ["b"]]);
    expect(await traceOf(id)).toEqual({ name: "b", facts: ["a", "c", "b"] });
  });

  it("refuses a workspace that is not an id before the database sees it", async () => {
    const { owner } = await aWorkspace(app());
    const lost = { ...owner, workspace: "nowhere" };
    expect((await problemOf(app().call(renameWorkspace, lost, { name: "x" }))).code).toBe("not_found");
  });

  it("long data of a fact is stored outside the log, which keeps its beginning and its hash; neither fact can change", async () => {
    const { id, owner } = await aWorkspace(app());
    const note = "x".repeat(9_000);
    const big = {
      ...renameWorkspace,
      run: async () =>
        ({
          kind: "changed",
          output: { name: "x" },
          facts: [renamed(id, { name: note })],
        }) as const,
    };
    await app().call(big, owner, { name: randomUUID() });
    const [fact] = await factsOf(app(), id);
    expect(fact?.data).toEqual({
      name: note.slice(0, 500),
      payload_bytes: 9_011,
      payload_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const { rows } = await app().admin.query("select payload from fact_payloads where workspace_id = $1", [id]);
    expect(rows).toEqual([{ payload: { name: note } }]);
    for (const attempt of ["update facts set type = 'a.b'", "delete from facts", "truncate facts cascade"]) {
      await expect(app().admin.query(attempt)).rejects.toThrow(/append-only/);
    }
  });
});
