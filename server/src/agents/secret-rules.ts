/** Finds the secrets in a configuration, takes them out and puts them back. Pure. */
import { invalid } from "../kernel/problem.ts";
import { type AgentConfig, SECRET_SHOWN } from "./schema.ts";

export const SECRET_FIELDS = ["llm_config", "identity_config", "moltbook_config", "auth_config"] as const;
export type Configs = Pick<AgentConfig, (typeof SECRET_FIELDS)[number]>;

const SECRET_LENGTH_MAX = 10_000;
/** The most secrets that one agent may have. */
const SECRETS_MAX = 100;
const PLACE_LENGTH_MAX = 500;

const SECRET_NAME =
  /((api|secret|private|access)key|password|passwd|passphrase|secret|(access|refresh|auth|bearer|session|bot)token|credential)s?$|^(token|authorization|bearer|cookie)$/;
/** In `auth_config` these names mean secrets too. In other fields they are often plain settings. */
const AUTH_SECRET_NAME = /(token|key|authorization|bearer|cookie|jwt|signature|pairingcode)s?$/;

/** Called with each secret and its place (a JSON pointer). Returns the replacement; undefined removes the field. */
type Replace = (place: string, text: string) => string | undefined;

export interface SplitSecrets {
  /** The configurations with "set" in place of each secret. */
  shown: Configs;
  /** The secrets that were sent, by place. */
  given: Map<string, string>;
  /** The places where "set" was sent. */
  kept: string[];
}

export function splitSecrets(configs: Configs): SplitSecrets {
  const given = new Map<string, string>();
  const kept: string[] = [];
  const shown = replaceSecrets(configs, (place, text) => {
    if (place.length > PLACE_LENGTH_MAX) throw invalid(place.slice(0, PLACE_LENGTH_MAX), "is too deep for a secret.");
    if (text.length > SECRET_LENGTH_MAX) throw invalid(place, `is longer than ${SECRET_LENGTH_MAX} characters.`);
    if (text === SECRET_SHOWN) kept.push(place);
    else given.set(place, text);
    return SECRET_SHOWN;
  });
  if (given.size + kept.length > SECRETS_MAX) throw invalid("", `An agent has at most ${SECRETS_MAX} secrets.`);
  return { shown, given, kept };
}

/** Removes the secrets, except those for which `isKept` returns true; these read "set". */
export function dropSecrets<C extends Configs>(configs: C, isKept: (place: string) => boolean = () => false): C {
  return { ...configs, ...replaceSecrets(configs, (place) => (isKept(place) ? SECRET_SHOWN : undefined)) };
}

/** Puts each secret back in the place that reads "set". A place without a secret is removed. */
export function joinSecrets<C extends Configs>(shown: C, secrets: ReadonlyMap<string, string>): C {
  return { ...shown, ...replaceSecrets(shown, (place) => secrets.get(place)) };
}

/** The places that read "set". */
export function secretPlaces(shown: Configs): Set<string> {
  return new Set(splitSecrets(shown).kept);
}

function replaceSecrets(configs: Configs, replace: Replace): Configs {
  const { llm_config, identity_config, moltbook_config, auth_config } = configs;
  return {
    llm_config: replaceIn(llm_config, "/llm_config", SECRET_NAME, replace),
    identity_config: replaceIn(identity_config, "/identity_config", SECRET_NAME, replace),
    moltbook_config: replaceIn(moltbook_config, "/moltbook_config", SECRET_NAME, replace),
    auth_config: replaceIn(auth_config, "/auth_config", AUTH_SECRET_NAME, replace),
  };
}

function replaceIn(
  config: Record<string, unknown>,
  place: string,
  furtherNames: RegExp,
  replace: Replace,
): Record<string, unknown> {
  const isSecretName = (name: string) => {
    const plain = name.toLowerCase().replace(/[^a-z0-9]/g, "");
    return SECRET_NAME.test(plain) || furtherNames.test(plain);
  };

  /** Every text below a secret name is secret. */
  function visit(value: unknown, at: string, isSecret: boolean): unknown {
    if (isSecret && typeof value === "string" && value !== "") return replace(at, value);
    if (isSecret && typeof value === "number") throw invalid(at, "must be text, because its name is that of a secret.");
    // A removed item leaves null, so that the items after it keep their index and so their secrets.
    if (Array.isArray(value)) return value.map((item, index) => visit(item, `${at}/${index}`, isSecret) ?? null);
    return isObject(value) ? fields(value, at, isSecret) : value;
  }

  function fields(object: Record<string, unknown>, at: string, isSecret: boolean): Record<string, unknown> {
    const entries = Object.entries(object).map(([name, field]) => {
      const step = name.replaceAll("~", "~0").replaceAll("/", "~1");
      return [name, visit(field, `${at}/${step}`, isSecret || isSecretName(name))] as const;
    });
    return Object.fromEntries(entries.filter(([, field]) => field !== undefined));
  }

  return fields(config, place, false);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
