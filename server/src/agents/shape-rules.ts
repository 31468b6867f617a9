/** Decides by name and by shape which texts are secret. Pure tables: extend them, and the table of `shape-rules.test.ts`. */
import { isUuid } from "../kernel/schema.ts";

/**
 * "deep": every text below the name is secret. "secret": the text is secret. "keyed": the same, but a number under the
 * name is a setting. "telling": a text that is no plain word is secret. "choice": a text that is no known setting is
 * secret. "plain": only the shape of the text decides.
 */
export type NameKind = "deep" | "secret" | "keyed" | "telling" | "choice" | "plain";

const DEEP_NAME =
  /((api|secret|private|access)key|password|passwd|passphrase|secret|(access|refresh|auth|bearer|session|bot)token|credential)s?$|^(token|authorization|bearer|cookie)$/;
const SECRET_NAME =
  /((connection|conn)str(ing)?s?|webhookurls?|hookurl|serviceaccount(json|key|file)|(access|private)keyid|(recovery|backup)codes?|passcode|pincode|seedphrase|sasurl|kubeconfig|privatepem)$/;
const SECRET_WORDS = new Set(["pat", "pwd", "passwd", "pass", "dsn", "jwt", "pin", "otp", "totp", "mnemonic", "hmac"]);
/** `sort_key` is a setting, and `openai_key` is a secret. */
const PLAIN_KEYS = new Set(
  "sort primary foreign partition cache session public row map index object idempotency routing hot lookup group unique order answer short dedup message".split(
    " ",
  ),
);
const PLAIN_TOKENS = new Set(
  "stop eos bos pad unk mask sep cls start end max min special page next count first last new input output prompt completion total cached thinking reasoning per budget".split(
    " ",
  ),
);
const TELLING_WORDS = new Set([
  "key",
  "keys",
  "token",
  "tokens",
  "cookie",
  "cookies",
  "signature",
  "sig",
  "certificate",
]);
const CHOICE_WORDS = new Set(["auth", "authentication", "session", "webhook", "hook"]);
const CHOICES = new Set(
  "none basic bearer digest oauth oauth2 oidc saml sso api_key apikey api-key token key jwt header cookie password pairing mtls tls anonymous default main auto true false enabled disabled required optional on off yes no null set private shared new".split(
    " ",
  ),
);
/** A random text is secret when one of these words is anywhere in its name. */
const HINTS =
  /key|token|auth|secret|passw|credential|session|cookie|sig(nature)?$|cert|bearer|webhook|hook|licen[sc]e|hmac|otp|private|salt/;

export function nameKind(name: string): NameKind {
  const collapsed = name.toLowerCase().replace(/[^a-z0-9]/g, "");
  if (DEEP_NAME.test(collapsed)) return "deep";
  const words = wordsOf(name);
  const last = words.at(-1) ?? "";
  const before = words.at(-2);
  if (SECRET_NAME.test(collapsed) || SECRET_WORDS.has(last)) return "secret";
  if (before !== undefined && /^keys?$/.test(last)) return PLAIN_KEYS.has(before) ? "plain" : "keyed";
  if (before !== undefined && last === "token") return PLAIN_TOKENS.has(before) ? "plain" : "keyed";
  if (TELLING_WORDS.has(last)) return "telling";
  return CHOICE_WORDS.has(last) ? "choice" : "plain";
}

/** Splits `apiKey`, `API_KEY` and `api-key` into the same words. */
function wordsOf(name: string): string[] {
  const spaced = name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/([A-Z])([A-Z][a-z])/g, "$1 $2");
  return spaced
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}

/** Returns true for a text that is secret under its name, or by its shape. */
export function isSecretText(name: string, text: string): boolean {
  return isSecretUnder(nameKind(name), text) || (HINTS.test(name.toLowerCase()) && isRandom(text)) || hasSecret(text);
}

function isSecretUnder(kind: NameKind, text: string): boolean {
  switch (kind) {
    case "deep":
    case "secret":
    case "keyed":
      return true;
    case "telling":
      return !isPlainWord(text);
    case "choice":
      return !CHOICES.has(text.toLowerCase());
    case "plain":
      return false;
    default:
      return kind satisfies never;
  }
}

const WORD_LENGTH_MAX = 24;
const LOWER_WORDS = /^[A-Z]?[a-z]*([-_. /][A-Z]?[a-z]*)*$/;
const UPPER_WORDS = /^[A-Z]+([-_ ][A-Z]+)*$/;

/** A word of a settings vocabulary, such as `created_at`, a number, or a mark without letters such as `###`. */
function isPlainWord(text: string): boolean {
  if (text.length > WORD_LENGTH_MAX) return false;
  return LOWER_WORDS.test(text) || UPPER_WORDS.test(text) || !/[A-Za-z]/.test(text);
}

const RANDOM_LENGTH_MIN = 16;
/** A run of letters and digits of this length is no word and no date. */
const RUN_LENGTH_MIN = 12;
const ENTROPY_BITS_MIN = 3;

/** Returns true for a text that a generator made: one long run with letters and digits, and many different characters. */
function isRandom(text: string): boolean {
  if (text.length < RANDOM_LENGTH_MIN || /[\s:]/.test(text) || isUuid(text)) return false;
  const runs = text.split(/[^A-Za-z0-9]+/);
  const isMixed = runs.some((run) => run.length >= RUN_LENGTH_MIN && /\d/.test(run) && /[A-Za-z]/.test(run));
  return isMixed && entropyBits(text) >= ENTROPY_BITS_MIN;
}

function entropyBits(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** Tokens that tell who issued them, keys in files, and addresses that hold a password or are themselves the secret. */
const SHAPES: readonly RegExp[] = [
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?:[\s\S]{0,20000}?-----END [^-]{0,60}-----)?/,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/,
  /\b(gh[pousr]|github_pat|npm|hf|gsk|r8|lin_api|ntn|dckr_pat|shpat|shpss|dop_v1|figd|sbp)_\w{10,}/,
  /\b(glpat|gldt|glrt)-[\w-]{10,}/,
  /\bbw_(agent|service)_\w{10,}/,
  /\bsk-(?=[\w-]{0,60}\d)[\w-]{12,}/,
  /\b(sk|rk)_(live|test)_\w{10,}/,
  /\bwhsec_[\w+/=-]{10,}/,
  /\bxox[abceoprs]-[\w-]{10,}/,
  /\bxapp-\d[\w-]{10,}/,
  /\b(AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}\b/,
  /\bAIza[\w-]{30,}/,
  /\bya29\.[\w-]{10,}/,
  /\bSG\.[\w-]{16,}\.[\w-]{16,}/,
  /\bpypi-\w{20,}/,
  /\bhvs\.[\w-]{20,}/,
  /\bAGE-SECRET-KEY-1\w{20,}/,
  /\b\d{8,10}:[\w-]{35}\b/,
  /\bhooks\.slack\.com\/(services|workflows|triggers)\/\S+/,
  /\bdiscord(app)?\.com\/api\/webhooks\/\S+/,
  /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,200}:[^\s/@]{1,500}@/i,
  /\bhttps?:\/\/\w{16,200}@/i,
].map((shape) => new RegExp(shape, `${shape.flags}g`));
/** `token=…` in an address or a command, `Password=…;`, `api_key: …` in a text. */
const ASSIGNMENT = /(?<![\w.]|\w-)([A-Za-z][\w.-]{1,60})["']?[ \t]{0,3}([=:])(?=[ \t]{0,3}["']?([^\s"',;&]{1,500}))/g;
/** `--token …` in one text. */
const FLAG_AND_VALUE = /(?<![\w-])--?([A-Za-z][\w-]{1,40}) {1,3}(?!-)(\S{1,500})/g;
const SCHEME = /\b(?:bearer|basic|token|apikey)\s+([\w.~+/=-]{8,})/gi;
const PLACEHOLDER = /^([<{$*%[(]|x{3,}|your|\.\.\.|…)/i;
const FLAG = /^--?[A-Za-z][\w-]*$/;

/** Returns true for a text with a secret in it, under any name. */
export function hasSecret(text: string): boolean {
  return secretsIn(text).next().done === false;
}

const CUT = "[secret left out]";

/** Removes each secret from a text. The text does not get longer. */
export function cutSecrets(text: string): string {
  return [...new Set(secretsIn(text))].reduce(
    (rest, secret) => rest.replaceAll(secret, () => CUT.slice(0, secret.length)),
    text,
  );
}

function* secretsIn(text: string): Generator<string, void> {
  for (const shape of SHAPES) {
    for (const [found] of text.matchAll(shape)) yield found;
  }
  for (const [, name = "", sign, value = ""] of text.matchAll(ASSIGNMENT)) {
    if (isAssigned(name, value, sign === "=")) yield value;
  }
  for (const [, name = "", value = ""] of text.matchAll(FLAG_AND_VALUE)) {
    if (isAssigned(name, value, false)) yield value;
  }
  for (const [, value = ""] of text.matchAll(SCHEME)) {
    if (/\d|[a-z][A-Z]/.test(value) && !PLACEHOLDER.test(value)) yield value;
  }
}

/** In prose a colon follows many words, so a plain word after a colon is no secret. */
function isAssigned(name: string, value: string, isExact: boolean): boolean {
  if (PLACEHOLDER.test(value) || UPPER_WORDS.test(value)) return false;
  const kind = nameKind(name);
  const decides = isExact && kind !== "telling" && kind !== "choice";
  return isSecretUnder(kind, value) && (decides || !isPlainWord(value));
}

/** Returns the name in a command-line flag such as `--token`. */
export function nameInFlag(text: string): string | undefined {
  return FLAG.test(text) ? text.replace(/^-+/, "") : undefined;
}
