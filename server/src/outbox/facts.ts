/** Facts of webhooks and channels. No fact has an address, because an address may be a secret. */
import Type from "typebox";
import { factType } from "../kernel/facts/fact.ts";
import { Fields, Id, Literals } from "../kernel/schema.ts";
import { ChannelKind, DISABLED_REASONS } from "./schema.ts";

const changed_fields = Type.Array(Type.String());
const disabled = {
  name: Type.String(),
  reason: Literals(DISABLED_REASONS),
  consecutive_failures: Type.Integer(),
};

export const webhookCreated = factType({
  type: "webhook.created",
  subject: "webhook",
  meaning: "A webhook was made.",
  data: Fields({ host: Type.String(), fact_types: Type.Array(Type.String()) }),
});

export const webhookUpdated = factType({
  type: "webhook.updated",
  subject: "webhook",
  meaning: "A webhook was changed.",
  data: Fields({ changed_fields }),
});

export const webhookRotated = factType({
  type: "webhook.rotated",
  subject: "webhook",
  meaning: "A webhook got a new secret.",
  data: Fields({ previous_until: Type.String() }),
});

export const webhookDeleted = factType({
  type: "webhook.deleted",
  subject: "webhook",
  meaning: "A webhook was deleted.",
  data: Fields({ host: Type.String() }),
});

export const webhookTested = factType({
  type: "webhook.tested",
  subject: "webhook",
  meaning: "A test was sent to a webhook.",
  data: Fields({ delivery_id: Id }),
});

export const webhookRedelivered = factType({
  type: "webhook.redelivered",
  subject: "webhook",
  meaning: "A delivery was put into the outbox again.",
  data: Fields({ delivery_id: Id, fact_id: Id }),
});

export const webhookDisabled = factType({
  type: "webhook.disabled",
  subject: "webhook",
  meaning: "A webhook was disabled, because its receiver is gone or failed too often.",
  data: Fields(disabled),
});

export const channelCreated = factType({
  type: "channel.created",
  subject: "channel",
  meaning: "A channel to people was made.",
  data: Fields({ kind: ChannelKind, name: Type.String() }),
});

export const channelUpdated = factType({
  type: "channel.updated",
  subject: "channel",
  meaning: "A channel was changed.",
  data: Fields({ changed_fields }),
});

export const channelDeleted = factType({
  type: "channel.deleted",
  subject: "channel",
  meaning: "A channel was deleted.",
  data: Fields({ name: Type.String() }),
});

export const channelTested = factType({
  type: "channel.tested",
  subject: "channel",
  meaning: "A test was sent to a channel.",
  data: Fields({ name: Type.String() }),
});

export const channelDisabled = factType({
  type: "channel.disabled",
  subject: "channel",
  meaning: "A channel was disabled, because its receiver is gone or failed too often.",
  data: Fields(disabled),
});

export const OUTBOX_FACTS = [
  webhookCreated,
  webhookUpdated,
  webhookRotated,
  webhookDeleted,
  webhookTested,
  webhookRedelivered,
  webhookDisabled,
  channelCreated,
  channelUpdated,
  channelDeleted,
  channelTested,
  channelDisabled,
] as const;
