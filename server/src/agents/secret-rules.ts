/** Takes the secrets out of a configuration and puts them back. Pure. `shape-rules.ts` decides what is secret. */
import { invalid } from "../kernel/problem.ts";
import { type AgentConfig, SECRET_SHOWN } from "./schema.ts";
import { isSecretText, nameInFlag, nameKind } from "./shape-rules.ts";

/** The version of the rules that a stored configuration went through. Raise it when the rules find more. */
export const SECRET_RULES = 1;

export const CONFIG_DOCUMENTS = ["llm_config", "identity_config", "moltbook_config", "auth_config"] as const;
export type Configs = Pick<AgentConfig, (typeof CONFIG_DOCUMENTS)[number] | "connection_url">;

const SECRET_LENGTH_MAX = 100_000;
/** The most secrets that one agent may have. */
const SECRETS_MAX = 200;
const PLACE_LENGTH_MAX = 500;

/** Stands for a sealed secret in a stored configuration. In a call, `{"$secret": "…"}` marks a text as secret. */
const MARK_NAME = "$secret";
const MARK = { [MARK_NAME]: SECRET_SHOWN };
const URL_PLACE = "/connection_url";
/** In `auth_config` these names mean secrets too. In other fields they are often plain settings. */
const AUTH_SECRET_NAME = /(token|key|authorization|bearer|cookie|jwt|signature|pairingcode)s?$/;
const LABELS = ["name", "key", "header", "variable", "type"] as const;
const VALUES = ["value", "val"];

export interface SplitSecrets {
  /** The configurations with a mark in place of each secret. */
  stored: Configs;
  /** The secrets that were sent, by place. */
  given: Map<string, string>;
  /** The places where "set" was sent, or a mark was stored already. */
  kept: string[];
}

/** Takes the secrets out of what a caller sent. In the places that have a stored secret, "set" keeps it. */
export function takeSecrets(configs: Configs, places: ReadonlySet<string>): SplitSecrets {
  const split = splitSecrets(configs, places, true);
  for (const [place, text] of split.given) {
    if (text.length > SECRET_LENGTH_MAX) throw invalid(place, `is longer than ${SECRET_LENGTH_MAX} characters.`);
  }
  if (split.given.size + split.kept.length > SECRETS_MAX) {
    throw invalid("", `An agent has at most ${SECRETS_MAX} secrets.`);
  }
  return split;
}

/** Takes the secrets out of what was stored under older rules. Refuses nothing. */
export function takeStoredSecrets(configs: Configs): SplitSecrets {
  return splitSecrets(configs, new Set(), false);
}

/** Returns a configuration with a mark in place of each secret, also when it was stored under older rules. */
export function markedConfig<C extends Configs>(config: C, rules: number): C {
  return rules < SECRET_RULES ? { ...config, ...takeStoredSecrets(config).stored } : config;
}

/** The configurations as callers see them: each secret reads "set". */
export function showSecrets<C extends Configs>(configs: C): C {
  return replaceMarks(configs, () => SECRET_SHOWN);
}

/** Removes the secrets, except those for which `isKept` returns true. */
export function dropSecrets<C extends Configs>(configs: C, isKept: (place: string) => boolean = () => false): C {
  return replaceMarks(configs, (place) => (isKept(place) ? MARK : undefined));
}

/** Puts each secret back in the place of its mark. A mark without a secret is removed. */
export function joinSecrets<C extends Configs>(configs: C, secrets: ReadonlyMap<string, string>): C {
  return replaceMarks(configs, (place) => {
    const secret = secrets.get(place);
    return secret === undefined || place === URL_PLACE ? secret : { [MARK_NAME]: secret };
  });
}

/** The places of the marks. */
export function secretPlaces(configs: Configs): Set<string> {
  const places = new Set<string>();
  replaceMarks(configs, (place) => void places.add(place));
  return places;
}

/** The JSON pointer of a value, shortened when an earlier version stored a value deeper than a place can be. */
function placeOf(pointer: string): string {
  if (pointer.length <= PLACE_LENGTH_MAX) return pointer;
  return `${pointer.slice(0, PLACE_LENGTH_MAX / 3)}…${pointer.length}…${pointer.slice(-PLACE_LENGTH_MAX / 3)}`;
}

const pointerTo = (at: string, name: string) => `${at}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;

/** Returns undefined to remove the value. */
type Replace = (place: string) => unknown;

function replaceMarks<C extends Configs>(configs: C, replace: Replace): C {
  function visit(value: unknown, at: string): unknown {
    // A removed item leaves null, so that the items after it keep their index and so their secrets.
    if (Array.isArray(value)) return value.map((item, index) => visit(item, `${at}/${index}`) ?? null);
    if (!isObject(value)) return value;
    return isMark(value) ? replace(placeOf(at)) : mapFields(value, (name, field) => visit(field, pointerTo(at, name)));
  }
  const documents = CONFIG_DOCUMENTS.map((name) => [name, visit(configs[name], `/${name}`)] as const);
  const { connection_url } = configs;
  const shown = connection_url === SECRET_SHOWN ? replace(URL_PLACE) : connection_url;
  const url = shown === MARK ? SECRET_SHOWN : (shown ?? null);
  return { ...configs, ...Object.fromEntries(documents), connection_url: url };
}

function splitSecrets(configs: Configs, places: ReadonlySet<string>, isStrict: boolean): SplitSecrets {
  const given = new Map<string, string>();
  const kept: string[] = [];

  /** Returns the mark of a text that is secret, after noting the text. */
  function take(at: string, text: string): object | string {
    if (text === "") return text;
    const place = placeOf(at);
    if (text === SECRET_SHOWN) kept.push(place);
    else if (isStrict && at.length > PLACE_LENGTH_MAX) throw invalid(place, "is too deep for a secret.");
    else given.set(place, text);
    return MARK;
  }

  function visit(value: unknown, at: string, name: Name): unknown {
    if (typeof value === "string") return isSecret(name, value, places.has(placeOf(at))) ? take(at, value) : value;
    if (typeof value === "number" && name.isSecret) {
      if (isStrict) throw invalid(at, "must be text, because its name is that of a secret.");
      return take(at, String(value));
    }
    if (Array.isArray(value)) {
      return value.map((item, index) => visit(item, `${at}/${index}`, nameInList(value, index, name)));
    }
    if (!isObject(value)) return value;
    const [only, ...rest] = Object.keys(value);
    if (only === MARK_NAME && rest.length === 0) return marked(value[MARK_NAME], at);
    return mapFields(value, (field, inner) => visit(inner, pointerTo(at, field), nameInObject(value, field, name)));
  }

  function marked(value: unknown, at: string): unknown {
    if (value === null || typeof value === "string") return value === null ? null : take(at, value);
    if (isStrict) throw invalid(at, `must be text in {"${MARK_NAME}": …}.`);
    return take(at, JSON.stringify(value));
  }

  const documents = CONFIG_DOCUMENTS.map((document) => {
    const root = { ...NO_NAME, isAuth: document === "auth_config" };
    const value = mapFields(configs[document], (field, inner) =>
      visit(inner, pointerTo(`/${document}`, field), nameInObject(configs[document], field, root)),
    );
    return [document, value] as const;
  });
  const url = configs.connection_url;
  const isUrlSecret = url !== null && (url === SECRET_SHOWN || isSecretText("", url));
  if (isUrlSecret) take(URL_PLACE, url);
  const stored = { ...Object.fromEntries(documents), connection_url: isUrlSecret ? SECRET_SHOWN : url };
  // Each document was visited, so every field is there.
  return { stored: stored as Configs, given, kept };
}

/** The name that a value stands under. */
interface Name {
  text: string;
  /** Every text below is secret. */
  isDeep: boolean;
  /** A number under this name would be a secret. */
  isSecret: boolean;
  /** The value is an item of a list in a list, such as `["Authorization", "…"]`. */
  isPair: boolean;
  isAuth: boolean;
}

const NO_NAME: Name = { text: "", isDeep: false, isSecret: false, isPair: false, isAuth: false };

function isSecret(name: Name, text: string, isStored: boolean): boolean {
  if (text === "") return false;
  return name.isDeep || (isStored && text === SECRET_SHOWN) || isSecretText(name.text, text);
}

function named(text: string, parent: Name): Name {
  const collapsed = text.toLowerCase().replace(/[^a-z0-9]/g, "");
  const kind = nameKind(text);
  const isDeep = parent.isDeep || kind === "deep" || (parent.isAuth && AUTH_SECRET_NAME.test(collapsed));
  return { text, isDeep, isSecret: isDeep || kind === "secret", isPair: false, isAuth: parent.isAuth };
}

/** The value of `{"name": "Authorization", "value": "…"}` stands under the name in its neighbour. */
function nameInObject(object: Record<string, unknown>, field: string, parent: Name): Name {
  const own = named(field === "url" ? `${parent.text}_url` : field, parent);
  if (!VALUES.includes(field.toLowerCase())) return own;
  const labels = LABELS.map((name) => object[name]).filter((text) => typeof text === "string");
  const label = labels.find((text) => nameKind(text) !== "plain") ?? labels[0];
  return label === undefined ? own : named(label, parent);
}

/** An item after a flag such as `--token` stands under its name, and the second item of a pair under the first. */
function nameInList(list: readonly unknown[], index: number, parent: Name): Name {
  const [before, item] = [list[index - 1], list[index]];
  if (Array.isArray(item)) return { ...parent, isPair: true };
  if (typeof before !== "string" || typeof item !== "string") return parent;
  const flag = item.startsWith("-") ? undefined : nameInFlag(before);
  const label = flag ?? (parent.isPair && list.length === 2 ? before : "");
  return nameKind(label) === "plain" ? parent : named(label, parent);
}

function isMark(value: Record<string, unknown>): boolean {
  return value[MARK_NAME] === SECRET_SHOWN && Object.keys(value).length === 1;
}

/** Replaces the value of each field. A field whose replacement is undefined is removed. */
function mapFields(
  object: Record<string, unknown>,
  replace: (name: string, value: unknown) => unknown,
): Record<string, unknown> {
  const entries = Object.entries(object).map(([name, value]) => [name, replace(name, value)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
