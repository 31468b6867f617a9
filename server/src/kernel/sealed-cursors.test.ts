import { describe, expect, it } from "vitest";
import { aTask } from "../../test/harness/builders.ts";
import { problemOf, useApp } from "../../test/harness/harness.ts";
import { aScene } from "../../test/harness/scene.ts";
import { listAudit, listGovernanceAudit } from "../audit/operations.ts";
import { assignTask } from "../tasks/operations/assign-task.ts";
import { listTaskEvents } from "../tasks/operations/list-task-events.ts";

const app = useApp();

describe("a cursor", () => {
  it("is accepted only by the list and workspace that gave it, and does not reveal the number of facts", async () => {
    const [ours, theirs] = [await aScene(app()), await aScene(app())];
    const { id } = await aTask(app(), ours.owner, ours.agent);
    await app().call(assignTask, ours.owner, { id, assigned_to_agent_id: ours.other.id });
    const { items, next_cursor } = await app().call(listAudit, ours.owner, { limit: 1 });
    const cursor = next_cursor ?? expect.fail("There is a second fact.");
    const next = await app().call(listAudit, ours.owner, { limit: 1, cursor });
    expect(next.items[0]?.id).not.toBe(items[0]?.id);
    const { rows } = await app().admin.query("select seq::text from facts where id = $1", [items[0]?.id]);
    expect(Buffer.from(cursor, "base64url").toString("latin1")).not.toContain(JSON.stringify([rows[0].seq]));
    const refusals = [
      app().call(listAudit, theirs.owner, { cursor }),
      app().call(listGovernanceAudit, ours.owner, { cursor }),
      app().call(listTaskEvents, ours.owner, { id, cursor }),
      app().call(listAudit, ours.owner, { cursor: "nonsense" }),
      app().call(listAudit, ours.owner, { cursor: Buffer.from('["1"]').toString("base64url") }),
    ];
    for (const refusal of refusals) {
      expect(await problemOf(refusal)).toMatchObject({
        code: "invalid_input",
        details: { errors: [{ path: "/cursor", message: "is not a cursor that this list gave." }] },
      });
    }
  });
});
