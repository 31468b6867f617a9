import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Configs,
  dropSecrets,
  joinSecrets,
  secretPlaces,
  showSecrets,
  takeSecrets,
  takeStoredSecrets,
} from "./secret-rules.ts";

const MARK = "s3cr3t-";
const name = fc.oneof(
  fc.constantFrom(
    "api_key",
    "apiKey",
    "X-API-Key",
    "token",
    "password",
    "client_secret",
    "accessToken",
    "Authorization",
  ),
  fc.constantFrom("model", "max_tokens", "a/b", "m~n", "__proto__", "", "set"),
  fc.string(),
);
const secret = fc.string().map((text) => MARK + text);
const plain = fc.oneof(fc.constantFrom("", "gpt-5"), fc.boolean(), fc.constant(null));
/** Any JSON without numbers, which are refused below a secret name. */
const json = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: "small" }, secret, plain, tie("list"), tie("object")),
  list: fc.array(tie("value"), { maxLength: 4 }),
  object: fc.dictionary(name, tie("value"), { maxKeys: 5 }),
}));
const config = json.object as fc.Arbitrary<Record<string, unknown>>;
const configs: fc.Arbitrary<Configs> = fc.record({
  llm_config: config,
  identity_config: config,
  moltbook_config: config,
  auth_config: config,
  connection_url: fc.constantFrom(null, "https://example.com/mcp", `https://example.com/mcp?token=${MARK}`),
});

const NONE = new Set<string>();
function configsOf(given: Partial<Configs>): Configs {
  return { llm_config: {}, identity_config: {}, moltbook_config: {}, auth_config: {}, connection_url: null, ...given };
}
const splitOf = (given: Partial<Configs>) => takeSecrets(configsOf(given), NONE);

/** Replaces each `{"$secret": text}` by its text. */
function unmarked(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_name, inner) =>
    inner && typeof inner === "object" && Object.keys(inner).join() === "$secret" ? inner.$secret : inner,
  );
}

test("joining the secrets restores the configurations from which they were taken", () => {
  fc.assert(
    fc.property(configs, (original) => {
      const { stored, given } = takeSecrets(original, NONE);
      const joined = joinSecrets(stored, given);
      expect(unmarked(joined)).toEqual(unmarked(original));
      // A copy has the same secrets, since each is marked.
      expect(takeSecrets(joined, NONE)).toEqual({ stored, given, kept: [] });
    }),
  );
});

test("what callers see contains no secret, and sending it back keeps every secret", () => {
  fc.assert(
    fc.property(configs, (original) => {
      const { stored, given } = takeSecrets(original, NONE);
      const again = takeSecrets(showSecrets(stored), secretPlaces(stored));
      expect(again.stored).toEqual(stored);
      expect(again.given.size).toBe(0);
      expect(new Set(again.kept)).toEqual(new Set(given.keys()));
      expect(takeStoredSecrets(stored)).toMatchObject({ stored, given: new Map() });
    }),
  );
});

test("a secret under each known name is taken out, at any depth", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("api_key", "apiKey", "API-KEY", "token", "password", "secret", "client_secret", "refresh_token"),
      fc.constantFrom("llm_config", "identity_config", "moltbook_config", "auth_config"),
      fc.array(fc.oneof(fc.string(), fc.nat(3)), { maxLength: 5 }),
      secret,
      (secretName, field, path, value) => {
        const nested = path.reduceRight<unknown>(
          (inner, step) => (typeof step === "number" ? [...Array<null>(step).fill(null), inner] : { [step]: inner }),
          { [secretName]: value },
        );
        const { stored, given } = splitOf({ [field]: { nested } });
        expect(JSON.stringify(stored)).not.toContain(MARK);
        expect([...given.values()]).toEqual([value]);
      },
    ),
  );
});

test("dropped secrets leave neither a value nor a mark", () => {
  fc.assert(
    fc.property(configs, (original) => {
      const dropped = dropSecrets(takeSecrets(original, NONE).stored);
      expect(secretPlaces(dropped).size).toBe(0);
      expect(JSON.stringify(dropped)).not.toContain("$secret");
    }),
  );
});

test("in auth_config every token and key is secret, elsewhere a stop token is not", () => {
  const doubtful = { stop_token: "###", session_key: "main", cookie_jar: "no" };
  expect(splitOf({ llm_config: doubtful }).given.size).toBe(0);
  expect([...splitOf({ auth_config: doubtful }).given.keys()]).toEqual([
    "/auth_config/stop_token",
    "/auth_config/session_key",
  ]);
});

test("below a secret name every text is secret", () => {
  const { stored, given } = splitOf({ llm_config: { credentials: { a: "x", b: ["y", true, ""] } } });
  expect(showSecrets(stored).llm_config).toEqual({ credentials: { a: "set", b: ["set", true, ""] } });
  expect(Object.fromEntries(given)).toEqual({ "/llm_config/credentials/a": "x", "/llm_config/credentials/b/0": "y" });
});

test("a list keeps its length when a secret in it is dropped", () => {
  const { stored } = splitOf({ auth_config: { tokens: ["a", "b"], password: "c" } });
  const kept = dropSecrets(stored, (place) => place === "/auth_config/tokens/1");
  expect(showSecrets(kept).auth_config).toEqual({ tokens: [null, "set"] });
});

test("set is a plain text where no secret is stored, and keeps the secret where one is", () => {
  const sent = configsOf({ llm_config: { mode: "set", note: "set", api_key: "set" } });
  const { stored, kept } = takeSecrets(sent, new Set(["/llm_config/note"]));
  expect(kept).toEqual(["/llm_config/note", "/llm_config/api_key"]);
  expect(stored.llm_config.mode).toBe("set");
});

test("a number, a long text and too many texts are refused as secrets", () => {
  const refusal = (auth_config: Record<string, unknown>) => () => splitOf({ auth_config });
  expect(refusal({ password: 1234 })).toThrow("must be text");
  expect(refusal({ pin: 1234 })).toThrow("must be text");
  expect(refusal({ any: { $secret: 1234 } })).toThrow("must be text");
  expect(refusal({ password: "x".repeat(100_001) })).toThrow("longer than");
  expect(refusal({ ["x".repeat(600)]: { token: "a" } })).toThrow("too deep");
  expect(refusal({ tokens: Array(201).fill("a") })).toThrow("at most 200 secrets");
});

test("of what is stored already nothing is refused, and every secret is taken out and can be put back", () => {
  const long = "x".repeat(600);
  const stored = configsOf({
    llm_config: { pin: 1234, [long]: { api_key: "a" }, list: Array(201).fill({ api_key: "b" }), mark: { $secret: 5 } },
    connection_url: "https://example.com/mcp?token=abcdef",
  });
  const split = takeStoredSecrets(stored);
  expect([...new Set(split.given.values())]).toEqual(["1234", "a", "b", "5", "https://example.com/mcp?token=abcdef"]);
  expect(split.given.size).toBe(205);
  expect([...split.given.keys()].every((place) => place.length <= 500)).toBe(true);
  expect(unmarked(joinSecrets(split.stored, split.given))).toMatchObject({ llm_config: { [long]: { api_key: "a" } } });
});
