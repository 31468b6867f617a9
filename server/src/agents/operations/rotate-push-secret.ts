import { changed, command } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { pushSecretRotated } from "../facts.ts";
import { rotatePushSecret as rotate } from "../push-secret.ts";
import { ById, RotatedPushSecret } from "../schema.ts";
import { lockAgent } from "../store/agents.ts";

export const rotatePushSecret = command({
  name: "agents.rotate_push_secret",
  summary: "Give the pushes to an agent a new secret, which is shown only once. The old secret signs too for 24 hours.",
  route: "POST /agents/{id}/rotate-push-secret",
  permission: "agents:write",
  pastQuota: "passes",
  answersSecret: true,
  input: ById,
  output: RotatedPushSecret,
  problems: ["not_found", "conflict"],
  async run(context, { id }) {
    const { delivery, status } = await lockAgent(context.tx, id);
    if (delivery !== "push" || status === "archived") {
      throw new Problem("conflict", "The agent gets no pushes.", { next_step: "Set its delivery to push." });
    }
    const rotated = await rotate(context, id);
    return changed(rotated, pushSecretRotated(id, { previous_until: rotated.previous_until }));
  },
});
