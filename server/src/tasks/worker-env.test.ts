/** A started task brings the environment for the process that works on it, without a secret. */
import { expect, it } from "vitest";
import { anAgent, aTask } from "../../test/harness/builders.ts";
import { aWorkspace, useApp } from "../../test/harness/harness.ts";
import { claimTasks } from "./operations/claim-tasks.ts";
import { getTask } from "./operations/get-task.ts";
import { startTask } from "./operations/start-task.ts";

const app = useApp();

it("is in the answers of claim and start to an agent, unless the caller wants none", async () => {
  const workspace = await aWorkspace(app());
  const { owner } = workspace;
  const worker = await anAgent(app(), workspace);
  // The task with a budget goes the ordinary way, and the others the fast way.
  const tasks = [];
  for (const more of [{}, {}, { budget_usd: 5 }]) tasks.push(await aTask(app(), owner, worker, more));
  const [first] = (await app().call(claimTasks, worker, { limit: 1 })).items;
  const id = tasks[0]?.id ?? "";
  expect(first?.env).toEqual({
    OTEL_RESOURCE_ATTRIBUTES: `bailiwick.task.id=${id},bailiwick.task.attempt=1,bailiwick.agent=${worker.id}`,
    TRACEPARENT: `00-${id.replaceAll("-", "")}-${"1".padStart(16, "0")}-01`,
    OTEL_EXPORTER_OTLP_ENDPOINT: `${app().env.publicUrl}/otlp`,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
    OTEL_LOGS_EXPORTER: "otlp",
    OTEL_METRICS_EXPORTER: "otlp",
    OTEL_TRACES_EXPORTER: "otlp",
    CLAUDE_CODE_ENABLE_TELEMETRY: "1",
    CLAUDE_CODE_ENHANCED_TELEMETRY_BETA: "1",
    CLAUDE_CODE_PROPAGATE_TRACEPARENT: "1",
  });
  const [second] = (await app().call(claimTasks, worker, { limit: 1, env: false })).items;
  expect(second).not.toHaveProperty("env");
  const [paid] = (await app().call(claimTasks, worker, { limit: 1 })).items;
  expect(paid?.env?.TRACEPARENT).toContain(paid?.id.replaceAll("-", ""));
  expect(await app().call(getTask, worker, { id })).not.toHaveProperty("env");
  const started = await aTask(app(), owner, worker);
  expect((await app().call(startTask, worker, { id: started.id })).env?.OTEL_RESOURCE_ATTRIBUTES).toContain(started.id);
  const held = await aTask(app(), owner, worker);
  expect(await app().call(startTask, owner, { id: held.id })).not.toHaveProperty("env");
});
