/** An event that an agent reports cannot pass for a step of the server. */
import Type, { type TObject } from "typebox";
import { describe, expect, it } from "vitest";
import { aRunningTask } from "../../test/harness/builders.ts";
import { factsOf, requestInfo, useApp } from "../../test/harness/harness.ts";
import { aScene } from "../../test/harness/scene.ts";
import { EVENT_TYPES } from "./facts.ts";
import { addTaskEvent } from "./operations/add-task-event.ts";
import { REPORTED_TYPES } from "./schema.ts";

const app = useApp();
const STEPS = EVENT_TYPES.filter((type) => !REPORTED_TYPES.some((one) => one === type));

describe("an event of a step that an agent reports", () => {
  const unheardOf = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`zz${index}`, 1]));

  it("is refused at the input, with any other fields", async () => {
    const scene = await aScene(app());
    const { id, fence } = await aRunningTask(app(), scene.owner, scene.agent);
    const before = await factsOf(app(), scene.workspace.id);
    for (const type of [...STEPS, "approved"]) {
      const input = { id, fence, type, ...unheardOf };
      const call = app().dispatcher.dispatch(addTaskEvent, scene.agent, { input, request: requestInfo() });
      await expect(call, type).rejects.toMatchObject({ code: "invalid_input" });
    }
    expect(await factsOf(app(), scene.workspace.id)).toEqual(before);
  });

  it("is refused by the database, too", async () => {
    const scene = await aScene(app());
    const { id, fence } = await aRunningTask(app(), scene.owner, scene.agent);
    const before = await factsOf(app(), scene.workspace.id);
    const unchecked = { ...addTaskEvent, input: Type.Object({}) as TObject as typeof addTaskEvent.input };
    for (const type of STEPS) {
      const input = { id, fence, type, payload: {} };
      const call = app().dispatcher.dispatch(unchecked, scene.agent, { input, request: requestInfo() });
      await expect(call, type).rejects.toMatchObject({ constraint: "facts_reported_types" });
    }
    expect(await factsOf(app(), scene.workspace.id)).toEqual(before);
  });
});
