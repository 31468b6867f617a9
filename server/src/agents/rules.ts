/** Decisions about agents: which steps are allowed, and the configuration and status that follow. Pure. */
import { isDeepStrictEqual } from "node:util";
import { only } from "../kernel/db/columns.ts";
import { invalid, Problem } from "../kernel/problem.ts";
import { requireFrom, type Step } from "../kernel/steps.ts";
import {
  type AgentChanges,
  type AgentConfig,
  type AgentDraft,
  type AgentExport,
  type AgentStatus,
  CONFIGS_BYTES_MAX,
  NAME_LENGTH_MAX,
  type Presence,
  SECRET_SHOWN,
} from "./schema.ts";
import { CONFIG_DOCUMENTS, dropSecrets, secretPlaces, showSecrets, takeSecrets } from "./secret-rules.ts";
import { cutSecrets } from "./shape-rules.ts";

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

/** An agent that has not called for this long is stale. */
export const STALE_SECONDS = 2 * 60;
/** An agent that lost a lease after its last call missed heartbeats, and is stale after this time. */
export const MISSED_SECONDS = 30;
const OFFLINE_SECONDS = 10 * 60;

const DEFAULTS: Omit<AgentConfig, "name"> = {
  description: "",
  avatar_emoji: "🤖",
  avatar_url: null,
  personality: null,
  agent_type: "direct",
  is_featured: false,
  max_running_tasks: null,
  tags: [],
  billing_mode: null,
  default_estimated_cost_usd: null,
  llm_config: {},
  identity_config: {},
  moltbook_config: {},
  connection_url: null,
  auth_config: {},
  delivery: "pull",
};
/** The fields of a configuration, in the order of the output. */
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

/** Returns the status after a step. A step that was already taken returns the present status. */
export function statusAfter(agent: { id: string; status: AgentStatus }, name: StatusStep): AgentStatus {
  const { to } = STEPS[name];
  if (agent.status !== to) requireStep(agent, name);
  return to;
}

/** A valid configuration, and the changes to the agent's secrets that it needs. */
export interface Reconfigured {
  config: AgentConfig;
  changed_fields: (keyof AgentConfig)[];
  /** The secrets to seal, by place. */
  given: Map<string, string>;
  /** The places whose secrets must be deleted. */
  gone: string[];
}

/** The first configuration of an agent. */
export function configureNew(draft: AgentDraft): Reconfigured {
  const next = configure({ ...DEFAULTS, ...draft, name: draft.name.trim() }, new Set());
  return { ...next, changed_fields: CONFIG_FIELDS };
}

/** The configuration after an update. A given field replaces the whole value; "set" keeps the stored secret. */
export function reconfigure(config: AgentConfig, changes: AgentChanges): Reconfigured {
  const name = changes.name === undefined ? config.name : changes.name.trim();
  const next = configure({ ...config, ...changes, name }, secretPlaces(config));
  const fieldsWithNewSecrets = new Set([...next.given.keys()].map((place) => place.split("/")[1]));
  const isChanged = (field: keyof AgentConfig) =>
    // A secret that is sent always counts as changed. A comparison would show the caller whether a guess is right.
    fieldsWithNewSecrets.has(field) || !isDeepStrictEqual(config[field], next.config[field]);
  return { ...next, changed_fields: CONFIG_FIELDS.filter(isChanged) };
}

/** The earlier configuration, with only those secrets that the agent still has. */
export function restoredConfig(now: AgentConfig, earlier: AgentConfig): AgentConfig {
  const stored = secretPlaces(now);
  const restored = dropSecrets(earlier, (place) => stored.has(place));
  // The secret of the pushes is no part of a revision, so the present choice stays.
  return { ...restored, delivery: isDeliverable(restored) ? now.delivery : "pull" };
}

function configure(config: AgentConfig, stored: ReadonlySet<string>): Omit<Reconfigured, "changed_fields"> {
  requireUrl("/avatar_url", config.avatar_url, ["http:", "https:"]);
  if (config.connection_url !== SECRET_SHOWN) {
    requireUrl("/connection_url", config.connection_url, ["http:", "https:", "ws:", "wss:"]);
  }
  requireDeliverable(config);
  const { stored: sealed, given, kept } = takeSecrets(config, stored);
  const missing = kept.find((place) => !stored.has(place));
  if (missing !== undefined) throw invalid(missing, `is "set", but there is no stored secret to keep.`);
  const next = only({ ...config, ...sealed }, CONFIG_FIELDS);
  const bytes = Buffer.byteLength(JSON.stringify(CONFIG_DOCUMENTS.map((field) => next[field])));
  if (bytes > CONFIGS_BYTES_MAX) {
    throw invalid("", `The configurations of an agent have at most ${CONFIGS_BYTES_MAX} bytes together.`);
  }
  const keeps = new Set([...kept, ...given.keys()]);
  return { config: next, given, gone: [...stored].filter((place) => !keeps.has(place)) };
}

function requireDeliverable(config: AgentConfig): void {
  if (config.delivery === "pull" || isDeliverable(config)) return;
  throw invalid("/delivery", "can be push only for an agent of the type http_api with a connection_url.");
}

function isDeliverable({ agent_type, connection_url }: Pick<AgentConfig, "agent_type" | "connection_url">): boolean {
  return agent_type === "http_api" && connection_url !== null;
}

function requireUrl(path: string, text: string | null, protocols: readonly string[]): void {
  if (text === null) return;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !protocols.includes(url.protocol)) {
    throw invalid(path, `must be a URL that begins with ${protocols.map((name) => `${name}//`).join(" or ")}.`);
  }
  if (url.username || url.password) {
    throw invalid(path, "must not contain a user or a password. Put them in auth_config.");
  }
}

/** Texts that people write. Export leaves out what looks like a secret in them. */
const PROSE = ["name", "description", "personality", "avatar_url"] as const;

/** The document of an export: without secrets, and without `is_featured`, which belongs to the workspace. */
export function exportedConfig(config: AgentConfig): Omit<AgentExport, "format" | "exported_at"> {
  const { is_featured, delivery, ...exported } = dropSecrets(config);
  const warnings = [...secretPlaces(config)].map((path) => ({ path, message: "The secret was left out." }));
  for (const field of PROSE) {
    const text = exported[field] ?? "";
    const rest = cutSecrets(text);
    if (rest === text) continue;
    // A picture's address without its secret leads nowhere.
    Object.assign(exported, { [field]: field === "avatar_url" ? null : rest });
    warnings.push({ path: `/${field}`, message: "Contains what looks like a secret. That part was left out." });
  }
  return { ...exported, warnings };
}

/** The fields that another agent may see. The rest is for people and for the agent itself. */
const SEEN_BY_AGENTS = [
  "name",
  "description",
  "avatar_emoji",
  "agent_type",
  "is_featured",
  "max_running_tasks",
] as const satisfies readonly (keyof AgentConfig)[];

/** The configuration as one reader sees it. An agent sees nothing of how another agent is configured. */
export function shownConfig(config: AgentConfig, isOtherAgent: boolean): AgentConfig {
  if (!isOtherAgent) return showSecrets(config);
  return { ...DEFAULTS, ...only(config, SEEN_BY_AGENTS) };
}

/** The configuration of a clone. Picture, personality, `is_featured` and the delivery, which has a secret, stay with the source. */
export function cloneDraft(source: AgentConfig): AgentConfig {
  const room = NAME_LENGTH_MAX - COPY.length;
  const name = [...source.name].slice(0, room).join("").trimEnd() + COPY;
  return { ...source, name, avatar_url: null, personality: null, is_featured: false, delivery: "pull" };
}

/** The last call of an agent, and the last time that it lost a lease. */
interface Signs {
  lastSeenAt: string | null;
  leaseLostAt: string | null;
}

/** The statement of `listSilent` and the function `read_work` of the database decide the same. */
export function presenceState({ lastSeenAt, leaseLostAt }: Signs, now: Date): Presence["state"] {
  if (lastSeenAt === null) return "offline";
  const seconds = (now.getTime() - Date.parse(lastSeenAt)) / 1_000;
  const missed = leaseLostAt !== null && Date.parse(leaseLostAt) > Date.parse(lastSeenAt);
  if (seconds < (missed ? MISSED_SECONDS : STALE_SECONDS)) return "online";
  return seconds < OFFLINE_SECONDS ? "stale" : "offline";
}
