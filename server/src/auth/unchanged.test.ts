import { expect, it } from "vitest";
import { useApp } from "../../test/harness/harness.ts";
import { aTeam } from "../../test/harness/team.ts";
import { createKey } from "../keys/operations/create-key.ts";
import { unchangedCallers } from "./recognise.ts";

const app = useApp();

it("a caller with a key is known well enough for a group in one message, and so is a person", async () => {
  const { owner, worker } = await aTeam(app());
  const { key } = await app().call(createKey, owner, { kind: "agent", agent_id: worker.id, name: "Test" });
  const actor = await app().authenticate({ authorization: `Bearer ${key}` });
  expect(unchangedCallers([actor, owner, actor])).toHaveLength(1);
  expect(unchangedCallers([{ ...actor }])).toBeUndefined();
});
