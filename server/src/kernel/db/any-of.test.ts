import { uuidv7 } from "uuidv7";
import { expect, it } from "vitest";
import { aWorkspace, useApp } from "../../../test/harness/harness.ts";
import { anyOf } from "./any-of.ts";

const app = useApp();

it("takes more ids than a statement takes parameters", async () => {
  const { id, owner } = await aWorkspace(app());
  const ids = Array.from({ length: 70_000 }, () => uuidv7()).concat(owner.id);
  const found = await app().db.read(id, (tx) =>
    tx.selectFrom("members").select("user_id").where("user_id", "=", anyOf(ids)).execute(),
  );
  expect(found).toEqual([{ user_id: owner.id }]);
});
