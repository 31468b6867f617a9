import { expect, it } from "vitest";
import { aWorkspace, useApp } from "../../../test/harness/harness.ts";
import type { Db } from "../db/db.ts";
import { createAfterwards } from "./afterwards.ts";

const app = useApp();

it("notes of one moment share a transaction, and one that fails does not affect the others", async () => {
  const { id } = await aWorkspace(app());
  let transactions = 0;
  const db: Db = {
    ...app().db,
    transaction: (workspace, work) => {
      transactions++;
      return app().db.transaction(workspace, work);
    },
  };
  const [failures, done]: [unknown[], string[]] = [[], []];
  const afterwards = createAfterwards({ db, onLateFailure: (error) => failures.push(error) });
  for (const name of ["a", "b", "c"]) afterwards(id, async () => void done.push(name));
  await expect.poll(() => done.length).toBe(3);
  expect(transactions).toBe(1);
  afterwards(id, async () => {
    throw new Error("A note that cannot be written.");
  });
  afterwards(id, async () => void done.push("d"));
  await expect.poll(() => [failures.length, done.includes("d")]).toEqual([1, true]);
});
