/** What may be done to an agent, and what becomes of it. Pure: no clock, no database. */
import { isDeepStrictEqual } from "node:util";
import { only } from "../kernel/db/columns.ts";
import { invalid, Problem } from "../kernel/problem.ts";
import { requireFrom, type Step } from "../kernel/steps.ts";
import {
  type AgentChanges,
  type AgentConfig,
  type AgentDraft,
  type AgentStatus,
  CONFIGS_BYTES_MAX,
  NAME_LENGTH_MAX,
  type Presence,
} from "./schema.ts";
import { dropSecrets, SECRET_FIELDS, secretPlaces, splitSecrets } from "./secret-rules.ts";

/** From which states each step may be taken, and where it leads. Who may take it is the permission of its operation. */
export const STEPS = {
  pause: { from: ["active"], to: "paused" },
  resume: { from: ["paused"], to: "active" },
  archive: { from: ["active", "paused"], to: "archived" },
  update: { from: ["active", "paused"], to: "a new revision" },
  restore: { from: ["active", "paused"], to: "a new revision" },
} as const satisfies Record<string, Step<AgentStatus>>;
export type StepName = keyof typeof STEPS;
export type StatusStep = "pause" | "resume" | "archive";

const ONLINE_SECONDS = 60;
/** After so long an agent that was heard of counts as offline. */
export const STALE_SECONDS = 10 * 60;

const DEFAULTS: Omit<AgentConfig, "name"> = {
  description: "",
  avatar_emoji: "🤖",
  avatar_url: null,
  personality: null,
  agent_type: "direct",
  is_featured: false,
  max_running_tasks: null,
  llm_config: {},
  identity_config: {},
  moltbook_config: {},
  connection_url: null,
  auth_config: {},
};
/** Every field of a configuration, in the order of the wire. */
const CONFIG_FIELDS = ["name", ...Object.keys(DEFAULTS)] as (keyof AgentConfig)[];

const COPY = " (Copy)";

export function requireStep(agent: { id: string; status: AgentStatus }, name: StepName): void {
  const { id, status } = agent;
  const step: Step<AgentStatus> = STEPS[name];
  requireFrom(step, name, status, () => {
    const needed = step.from.join(" or ");
    return new Problem("illegal_step", `Agent ${id} is ${status}; ${name} needs it ${needed}.`, {
      status_now: status,
      status_needed: step.from,
      ...(status === "archived" && { next_step: "Archiving is final. Clone the agent to work with a copy." }),
    });
  });
}

/** The status a step leads to; the present one when the step was already taken. */
export function statusAfter(agent: { id: string; status: AgentStatus }, name: StatusStep): AgentStatus {
  const { to } = STEPS[name];
  if (agent.status !== to) requireStep(agent, name);
  return to;
}

/** A configuration that may be stored, and what has to happen to the agent's secrets. */
export interface Reconfigured {
  config: AgentConfig;
  changed_fields: (keyof AgentConfig)[];
  /** By place, the secrets to seal. */
  given: Map<string, string>;
  /** Places whose secrets are to be forgotten. */
  gone: string[];
}

/** The first configuration of an agent. */
export function configureNew(draft: AgentDraft): Reconfigured {
  const next = configure({ ...DEFAULTS, ...draft, name: draft.name.trim() }, new Set());
  return { ...next, changed_fields: CONFIG_FIELDS };
}

/** What an update makes of a configuration: the given fields replace whole values, "set" keeps a secret. */
export function reconfigure(config: AgentConfig, changes: AgentChanges): Reconfigured {
  const name = changes.name === undefined ? config.name : changes.name.trim();
  const next = configure({ ...config, ...changes, name }, secretPlaces(config));
  const renewed = new Set([...next.given.keys()].map((place) => place.split("/")[1]));
  const isChanged = (field: keyof AgentConfig) =>
    // A secret that is sent counts as changed: comparing would tell a guess from a miss.
    renewed.has(field) || !isDeepStrictEqual(config[field], next.config[field]);
  return { ...next, changed_fields: CONFIG_FIELDS.filter(isChanged) };
}

/** An earlier configuration, with those of its secrets that the agent still has. */
export function restoredConfig(now: AgentConfig, earlier: AgentConfig): AgentConfig {
  const stored = secretPlaces(now);
  return dropSecrets(earlier, (place) => stored.has(place));
}

function configure(config: AgentConfig, stored: ReadonlySet<string>): Omit<Reconfigured, "changed_fields"> {
  requireUrl("/avatar_url", config.avatar_url, ["http:", "https:"]);
  requireUrl("/connection_url", config.connection_url, ["http:", "https:", "ws:", "wss:"]);
  const { shown, given, kept } = splitSecrets(config);
  const missing = kept.find((place) => !stored.has(place));
  if (missing !== undefined) throw invalid(missing, `is "set", and there is no stored secret to keep.`);
  const next = only({ ...config, ...shown }, CONFIG_FIELDS);
  const bytes = Buffer.byteLength(JSON.stringify(SECRET_FIELDS.map((field) => next[field])));
  if (bytes > CONFIGS_BYTES_MAX) {
    throw invalid("", `The configurations of an agent take at most ${CONFIGS_BYTES_MAX} bytes together.`);
  }
  const keeps = new Set([...kept, ...given.keys()]);
  return { config: next, given, gone: [...stored].filter((place) => !keeps.has(place)) };
}

function requireUrl(path: string, text: string | null, protocols: readonly string[]): void {
  if (text === null) return;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !protocols.includes(url.protocol)) {
    throw invalid(path, `must be an address that begins with ${protocols.map((name) => `${name}//`).join(" or ")}.`);
  }
  if (url.username || url.password) throw invalid(path, "must not hold a user or password; auth_config is for them.");
}

/** What may leave the workspace: no secrets, and not its standing here. */
export function exportedConfig(config: AgentConfig): Omit<AgentConfig, "is_featured"> {
  const { is_featured, ...exported } = dropSecrets(config);
  return exported;
}

/** What a clone starts from. Its standing, its picture and its personality are the source's own. */
export function cloneDraft(source: AgentConfig): AgentConfig {
  const room = NAME_LENGTH_MAX - COPY.length;
  const name = [...source.name].slice(0, room).join("").trimEnd() + COPY;
  return { ...source, name, avatar_url: null, personality: null, is_featured: false };
}

export function presenceState(lastSeenAt: string | null, now: Date): Presence["state"] {
  if (lastSeenAt === null) return "offline";
  const seconds = (now.getTime() - Date.parse(lastSeenAt)) / 1_000;
  if (seconds < ONLINE_SECONDS) return "online";
  return seconds < STALE_SECONDS ? "stale" : "offline";
}
