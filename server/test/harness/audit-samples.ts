/** Valid inputs of the operations on the audit log. */
import { sealFacts } from "../../src/audit/operations/seal-facts.ts";
import { systemActor } from "../../src/kernel/actor.ts";
import type { TestApp } from "./harness.ts";
import type { Sample, Scene } from "./scene.ts";
import { lastHour, running } from "./task-samples.ts";

/** Seals facts until the workspace has so many leaves. Other transactions of the test delay the newest facts. */
export async function seal(app: TestApp, workspace: string, leavesMin = 1): Promise<void> {
  const COUNT = "select count(*)::int as leaves from audit_leaves where workspace_id = $1";
  for (let rounds = 0; ; rounds++) {
    await app.call(sealFacts, systemActor("test", workspace), {});
    const { rows } = await app.admin.query<{ leaves: number }>(COUNT, [workspace]);
    if ((rows[0]?.leaves ?? 0) >= leavesMin) return;
    if (rounds > 5_000) throw new Error("The facts are not sealed.");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function sealed({ app, workspace }: Scene) {
  await seal(app, workspace.id);
  return {};
}

async function aSealedFact(scene: Scene) {
  const { app, workspace } = scene;
  await seal(app, workspace.id);
  const { rows } = await app.admin.query<{ id: string }>(
    "select fact_id as id from audit_leaves where workspace_id = $1 order by leaf limit 1",
    [workspace.id],
  );
  return { id: rows[0]?.id ?? "" };
}

export const AUDIT_SAMPLES: Record<string, Sample> = {
  "audit.list": {
    by: "agent",
    input: async (scene) => ({ agent_id: scene.agent.id, subject_id: (await running(scene)).id, type: "task." }),
  },
  "audit.count": { by: "agent", input: lastHour },
  "audit.export": { by: "agent", input: sealed },
  "audit.get_checkpoint": { by: "agent", input: sealed },
  "audit.get_consistency": { by: "agent", input: async (scene) => ({ ...(await sealed(scene)), from: 1 }) },
  "audit.get_key": { by: "agent", input: sealed },
  "audit.get_proof": { by: "agent", input: aSealedFact },
  "audit.get_why": { by: "agent", input: aSealedFact },
  "governance.list_audit": { by: "agent", input: async ({ agent }) => ({ agent_id: agent.id }) },
};
