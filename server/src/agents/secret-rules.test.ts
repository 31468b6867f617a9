import fc from "fast-check";
import { expect, test } from "vitest";
import { type Configs, dropSecrets, joinSecrets, secretPlaces, splitSecrets } from "./secret-rules.ts";

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
});

function configsOf(given: Partial<Configs>): Configs {
  return { llm_config: {}, identity_config: {}, moltbook_config: {}, auth_config: {}, ...given };
}

test("joining the secrets restores the configurations from which they were taken", () => {
  fc.assert(
    fc.property(configs, (original) => {
      const { shown, given } = splitSecrets(original);
      expect(JSON.stringify(joinSecrets(shown, given))).toBe(JSON.stringify(original));
    }),
  );
});

test("the shown configurations contain no secret, and splitting them again changes nothing", () => {
  fc.assert(
    fc.property(configs, (original) => {
      const { shown, given } = splitSecrets(original);
      const again = splitSecrets(shown);
      expect(again.shown).toEqual(shown);
      expect(again.given.size).toBe(0);
      expect(new Set(again.kept)).toEqual(new Set(given.keys()));
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
        const { shown, given } = splitSecrets(configsOf({ [field]: { nested } }));
        expect(JSON.stringify(shown)).not.toContain(MARK);
        expect([...given.values()]).toEqual([value]);
      },
    ),
  );
});

test("dropped secrets leave neither a value nor a mark", () => {
  fc.assert(
    fc.property(configs, (original) => {
      const dropped = dropSecrets(splitSecrets(original).shown);
      expect(secretPlaces(dropped).size).toBe(0);
      expect(splitSecrets(dropped)).toEqual({ shown: dropped, given: new Map(), kept: [] });
    }),
  );
});

test("in auth_config every token and key is secret, elsewhere a stop token is not", () => {
  const doubtful = { stop_token: "###", session_key: "main", cookie_jar: "no" };
  expect(splitSecrets(configsOf({ llm_config: doubtful })).given.size).toBe(0);
  expect([...splitSecrets(configsOf({ auth_config: doubtful })).given.keys()]).toEqual([
    "/auth_config/stop_token",
    "/auth_config/session_key",
  ]);
});

test("below a secret name every text is secret", () => {
  const { shown, given } = splitSecrets(configsOf({ llm_config: { credentials: { a: "x", b: ["y", true, ""] } } }));
  expect(shown.llm_config).toEqual({ credentials: { a: "set", b: ["set", true, ""] } });
  expect(Object.fromEntries(given)).toEqual({ "/llm_config/credentials/a": "x", "/llm_config/credentials/b/0": "y" });
});

test("a list keeps its length when a secret in it is dropped", () => {
  const { shown } = splitSecrets(configsOf({ auth_config: { tokens: ["a", "b"], password: "c" } }));
  const kept = dropSecrets(shown, (place) => place === "/auth_config/tokens/1");
  expect(kept.auth_config).toEqual({ tokens: [null, "set"] });
});

test("a number, a long text and too many texts are refused as secrets", () => {
  const refusal = (auth_config: Record<string, unknown>) => () => splitSecrets(configsOf({ auth_config }));
  expect(refusal({ password: 1234 })).toThrow("must be text");
  expect(refusal({ password: "x".repeat(10_001) })).toThrow("longer than");
  expect(refusal({ ["x".repeat(600)]: { token: "a" } })).toThrow("too deep");
  expect(refusal({ tokens: Array(101).fill("a") })).toThrow("at most 100 secrets");
});
