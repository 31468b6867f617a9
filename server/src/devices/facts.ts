/** Facts of device codes. A request for a code belongs to no workspace, so it has none. */
import { factType } from "../kernel/facts/fact.ts";
import { Fields, Id } from "../kernel/schema.ts";
import { Device } from "./schema.ts";

const { client_name } = Device.properties;

export const deviceApproved = factType({
  type: "device.approved",
  subject: "device",
  meaning: "A person let a program join as an agent.",
  data: Fields({ client_name, agent_id: Id }),
});

export const deviceDenied = factType({
  type: "device.denied",
  subject: "device",
  meaning: "A person refused a program that wanted to join.",
  data: Fields({ client_name }),
});

export const deviceUsed = factType({
  type: "device.used",
  subject: "device",
  meaning: "A program that was let in got its key.",
  data: Fields({ client_name, agent_id: Id, key_id: Id }),
});

export const deviceCodeRefused = factType({
  type: "device.code_refused",
  subject: "user",
  meaning: "A person entered a code with which no program waits.",
  data: Fields({}),
});

export const DEVICE_FACTS = [deviceApproved, deviceDenied, deviceUsed, deviceCodeRefused] as const;
