/** The words of facts about programs that join with a code. */
import type { FactType } from "@bailiwick/sdk";
import { acted, text, to, type Words } from "./telling.ts";

type DeviceType = Extract<FactType, `device.${string}`>;

export const DEVICE_WORDS: { readonly [T in DeviceType]: Words<T> } = {
  "device.approved": acted(({ client_name, agent_id }) => [
    "let",
    text(client_name) ?? "a program",
    "join",
    ...to("as", agent_id),
  ]),
  "device.denied": acted(({ client_name }) => ["refused to let", text(client_name) ?? "a program", "join"]),
  "device.used": acted(({ client_name, agent_id }) => [
    "gave",
    text(client_name) ?? "a program",
    "its key",
    ...to("of", agent_id),
  ]),
  "device.code_refused": acted(() => ["entered a code with which no program waits"]),
};
