/** The operations on webhooks and channels. */
import type { Operation } from "../kernel/operation.ts";
import { createChannel } from "./operations/create-channel.ts";
import { createWebhook } from "./operations/create-webhook.ts";
import { deleteChannel } from "./operations/delete-channel.ts";
import { deleteWebhook } from "./operations/delete-webhook.ts";
import { getWebhook } from "./operations/get-webhook.ts";
import { listChannels } from "./operations/list-channels.ts";
import { listDeliveries } from "./operations/list-deliveries.ts";
import { listWebhooks } from "./operations/list-webhooks.ts";
import { redeliverDelivery } from "./operations/redeliver-delivery.ts";
import { rotateWebhook } from "./operations/rotate-webhook.ts";
import { sendChannelTest } from "./operations/send-channel-test.ts";
import { sendWebhookTest } from "./operations/send-webhook-test.ts";
import { updateChannel } from "./operations/update-channel.ts";
import { updateWebhook } from "./operations/update-webhook.ts";

export const OUTBOX_OPERATIONS: readonly Operation[] = [
  createWebhook,
  listWebhooks,
  getWebhook,
  updateWebhook,
  deleteWebhook,
  rotateWebhook,
  sendWebhookTest,
  listDeliveries,
  redeliverDelivery,
  createChannel,
  listChannels,
  updateChannel,
  deleteChannel,
  sendChannelTest,
];
