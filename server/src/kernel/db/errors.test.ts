import { describe, expect, it } from "vitest";
import { aWorkspace, serverSocket, useApp } from "../../../test/harness/harness.ts";
import { createPool } from "../../db/connect.ts";
import { Problem } from "../problem.ts";
import { createDb } from "./db.ts";
import { databaseProblem, noSpace } from "./errors.ts";

const app = useApp();

/** Returns the error that a transaction throws when the database raises this code. */
async function raised(code: string): Promise<unknown> {
  const { id } = await aWorkspace(app());
  const text = `do $$ begin raise exception 'made up' using errcode = '${code}'; end $$`;
  return app()
    .db.transaction(id, (tx) => tx.statement(`t.${code}`, text, []))
    .catch((error: unknown) => error);
}

describe("an error of the database", () => {
  it.each([
    ["57P01", "unavailable", 503],
    ["53300", "unavailable", 503],
    ["53100", "unavailable", 503],
    ["08006", "unavailable", 503],
    ["25006", "unavailable", 503],
    ["57014", "overloaded", 429],
    ["22003", "invalid_input", 400],
    ["54000", "invalid_input", 400],
    ["54001", "invalid_input", 400],
  ] as const)("%s is %s", async (code, expected, status) => {
    expect(await raised(code)).toMatchObject({ code: expected, status });
  });

  // Too many parameters in a message, a missing right: these errors never pass by waiting.
  it.each(["08P01", "54023", "42501", "XX000"])("%s is a bug, and stays what it is", async (code) => {
    const error = await raised(code);
    expect(error).not.toBeInstanceOf(Problem);
    expect(error).toMatchObject({ code });
  });

  it("of a full disk names the disk", async () => {
    expect(await raised("53100")).toMatchObject({ message: noSpace().message, details: { retry_after_seconds: 30 } });
    expect(noSpace().message).toContain("No space");
  });

  it("that refuses a write within a read is a bug", () => {
    const error = Object.assign(new Error("read-only"), { code: "25006" });
    expect(databaseProblem(error, 5_000)).toBe(error);
  });

  it("during the connect is always an outage", async () => {
    const seen: unknown[] = [];
    const pool = createPool({ socket: { ...serverSocket(app()), database: "none_such" }, size: 1 });
    const db = createDb({ pool, onError: (error) => seen.push(error) });
    const { id } = await aWorkspace(app());
    const error = await db.read(id, async () => 1).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "unavailable", cause: { code: "3D000" } });
    expect(seen).toMatchObject([{ code: "3D000" }]);
    await pool.end();
  });
});
