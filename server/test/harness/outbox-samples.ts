/** Valid inputs of the operations on webhooks and channels. */
import { createChannel } from "../../src/outbox/operations/create-channel.ts";
import { createWebhook } from "../../src/outbox/operations/create-webhook.ts";
import type { Sample, Scene } from "./scene.ts";

const nothing = async () => ({});

const aWebhook = ({ app, owner }: Scene) =>
  app.call(createWebhook, owner, { url: "https://hooks.example.org/bailiwick", fact_types: ["task.*"] });
const aChannel = ({ app, owner }: Scene) =>
  app.call(createChannel, owner, { kind: "email", name: "On call", target: "ada@example.org", for: ["alerts"] });

/** A delivery that is dead, so that it can be sent again. */
async function aDeadDelivery(scene: Scene) {
  const { id: target } = await aWebhook(scene);
  const { rows } = await scene.app.admin.query(
    `insert into outbox (workspace_id, id, target_id, fact_id, fact_type, subject_id, status, attempt, failures,
       is_sending, created_at, finished_at)
     values ($1, gen_random_uuid(), $2, gen_random_uuid(), 'task.created', gen_random_uuid(), 'dead', 7, 7, false, now(), now())
     returning id`,
    [scene.workspace.id, target],
  );
  return { id: rows[0].id as string };
}

const webhookId = async (scene: Scene) => ({ id: (await aWebhook(scene)).id });
const channelId = async (scene: Scene) => ({ id: (await aChannel(scene)).id });

export const OUTBOX_SAMPLES: Record<string, Sample> = {
  "webhooks.create": {
    by: "owner",
    input: async () => ({
      url: "https://hooks.example.org/new",
      fact_types: ["task.*", "agent.paused"],
      description: "New",
    }),
  },
  "webhooks.list": { by: "viewer", input: nothing },
  "webhooks.get": { by: "viewer", input: webhookId },
  "webhooks.update": { by: "owner", input: async (scene) => ({ ...(await webhookId(scene)), description: "Builds" }) },
  "webhooks.delete": { by: "owner", input: webhookId },
  "webhooks.rotate": { by: "owner", input: webhookId },
  "webhooks.send_test": { by: "owner", input: webhookId },
  "webhooks.list_deliveries": { by: "viewer", input: webhookId },
  "webhooks.redeliver": { by: "owner", input: aDeadDelivery },
  "channels.create": {
    by: "owner",
    input: async () => ({ kind: "webhook", name: "Pager", target: "https://pager.example.org/in", for: ["tasks"] }),
  },
  "channels.list": { by: "viewer", input: nothing },
  "channels.update": { by: "owner", input: async (scene) => ({ ...(await channelId(scene)), name: "At night" }) },
  "channels.delete": { by: "owner", input: channelId },
  "channels.send_test": { by: "owner", input: channelId },
};
