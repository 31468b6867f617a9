/** Valid inputs of the operations of the gate of tool calls. */
import { createGateRule } from "../../src/tool-gate/operations/create-gate-rule.ts";
import type { Sample, Scene } from "./scene.ts";

const fields = ({ agent }: Scene) => ({
  tool_pattern: "Bash(rm *)",
  agent_id: agent.id,
  decision: "ask" as const,
  mode: "enforce" as const,
});

export const GATE_SAMPLES: Record<string, Sample> = {
  "gate.get_rules": { by: "owner", input: async () => ({}) },
  "gate.create_rule": { by: "owner", input: async (scene) => fields(scene) },
  "gate.delete_rule": {
    by: "owner",
    input: async (scene) => ({ id: (await scene.app.call(createGateRule, scene.owner, fields(scene))).id }),
  },
  "gate.ask_permission": {
    by: "agent",
    input: async () => ({
      tool_name: "Bash",
      input: { command: "make build" },
      tool_use_id: "toolu_1",
      wait_seconds: 0,
    }),
  },
};
