/** Real shapes of agent configurations: what is secret in them, and what is a plain setting. */
import { expect, test } from "vitest";
import { type Configs, showSecrets, takeSecrets } from "./secret-rules.ts";
import { cutSecrets, hasSecret } from "./shape-rules.ts";

const NONE = new Set<string>();
const configsOf = (llm_config: Record<string, unknown>): Configs => ({
  llm_config,
  identity_config: {},
  moltbook_config: {},
  auth_config: {},
  connection_url: null,
});
const shownOf = (config: Record<string, unknown>) =>
  showSecrets(takeSecrets(configsOf(config), NONE).stored).llm_config;

/** In no case does the name of the value or its place appear, so the test fails when the text itself is shown. */
const S = "Zq7-hush-hush-41";
const GITHUB = `ghp_${"a1B2c3D4e5".repeat(3)}`;

const SECRET: readonly [what: string, config: Record<string, unknown>][] = [
  ["api_key", { api_key: S }],
  ["apiKey", { apiKey: S }],
  ["OPENAI_API_KEY", { env: { OPENAI_API_KEY: S } }],
  ["X-API-Key", { headers: { "X-API-Key": S } }],
  ["openai_key", { openai_key: S }],
  ["github_pat", { github_pat: S }],
  ["pat", { pat: S }],
  ["token", { token: S }],
  ["access_token", { access_token: S }],
  ["refreshToken", { oauth: { refreshToken: S } }],
  ["slack_bot_token", { slack_bot_token: S }],
  ["telegram token", { telegram_token: S }],
  ["password", { password: S }],
  ["passwd", { passwd: S }],
  ["pwd", { pwd: S }],
  ["passphrase", { ssh: { passphrase: S } }],
  ["secret", { secret: S }],
  ["client_secret", { client_secret: S }],
  ["private_key", { private_key: S }],
  ["signing_key", { signing_key: S }],
  ["encryption_key", { encryption_key: S }],
  ["access_key_id", { access_key_id: S }],
  ["secret_access_key", { secret_access_key: S }],
  ["license_key", { license_key: S }],
  ["service_account_json", { service_account_json: `{"note": "${S}"}` }],
  ["credentials, at any depth", { credentials: { user: S, list: [S] } }],
  ["auth", { auth: S }],
  ["jwt", { jwt: S }],
  ["session", { session: S }],
  ["cookie", { cookie: S }],
  ["pin", { pin: S }],
  ["dsn", { dsn: `https://${S}.example.com/1` }],
  ["connection_string", { connection_string: `host=${S}` }],
  ["webhook_url", { webhook_url: `https://example.com/${S}` }],
  ["webhook: {url}", { webhook: { url: `https://example.com/${S}` } }],
  ["a token with a known prefix", { env: { ANY_NAME: GITHUB } }],
  ["a flag and its value", { args: ["-v", "--token", S, "--port", "80"] }],
  ["a flag with its value", { args: [`--api-key=${S}`] }],
  ["{name, value}", { headers: [{ name: "Authorization", value: S }] }],
  ["a pair in a list", { headers: [["Authorization", S]] }],
  ["an address with ?token=", { base_url: `https://example.com/mcp?token=${S}` }],
  ["an address with a password", { database: `postgres://app:${S}@db.example.com/app` }],
  ["a mark", { anything: { $secret: S } }],
];

test.each(SECRET)("%s is hidden", (_what, config) => {
  const shown = JSON.stringify(shownOf(config));
  expect(shown).not.toContain(S);
  expect(shown).not.toContain(GITHUB);
  expect(shown).toContain('"set"');
});

const RUN = "a1B2c3D4e5F6g7H8i9J0";
test.each([
  ["GitHub", GITHUB],
  ["GitHub, fine-grained", `github_pat_${RUN}_${RUN}`],
  ["GitLab", `glpat-${RUN}`],
  ["OpenAI", `sk-proj-${RUN}`],
  ["Anthropic", `sk-ant-api03-${RUN}`],
  ["Stripe", `sk_live_${RUN}`],
  ["Slack", `xoxb-1234567890-${RUN}`],
  ["Slack, incoming webhook", `https://hooks.slack.com/services/T0/B0/${RUN}`],
  ["AWS", "AKIAIOSFODNN7EXAMPLE"],
  ["Google", `AIza${RUN}${RUN}`],
  ["Hugging Face", `hf_${RUN}`],
  ["npm", `npm_${RUN}`],
  ["SendGrid", `SG.${RUN}.${RUN}`],
  ["Telegram", `1234567890:${RUN}${RUN}`.slice(0, 46)],
  ["Bailiwick", `bw_agent_${RUN}`],
  ["a webhook's secret", `whsec_${RUN}`],
  ["JWT", `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.${RUN}`],
  ["PEM", `-----BEGIN RSA PRIVATE KEY-----\n${RUN}\n-----END RSA PRIVATE KEY-----`],
  ["a bearer token", `Bearer ${RUN}`],
  ["a header in a text", `curl -H "Authorization: Bearer ${RUN}"`],
  ["a line of an env file", `MODE=fast\nDB_PASSWORD=${S}`],
  ["a connection string", `Server=db;User Id=app;Password=${S};`],
  ["a flag in a command", `npx server --token ${S}`],
  ["an address with a key", `wss://example.com/socket?v=1&key=${RUN}`],
])("the shape of %s is known under any name, and can be cut out of a text", (_what, text) => {
  expect(hasSecret(text)).toBe(true);
  expect(hasSecret(cutSecrets(text))).toBe(false);
  expect(cutSecrets(text)).not.toMatch(new RegExp(`${RUN}|${S}|IOSFODNN7`));
  expect(cutSecrets(`Before. ${text}`)).toMatch(/^Before\. /);
});

const PLAIN: Record<string, unknown> = {
  provider: "anthropic",
  model: "claude-sonnet-4-20250514",
  fallback: "gpt-4o-mini-2024-07-18",
  models: ["meta-llama/Llama-3.1-70B-Instruct", "o3", "mistral-large-2411"],
  temperature: 0.7,
  max_tokens: 4096,
  max_output_tokens: "4096",
  stop_token: "###",
  stop: ["</s>", "[DONE]"],
  host: "db.internal.example.com",
  port: 5432,
  base_url: "https://api.example.com/v1?version=2024-10-21&pretty=true",
  assistant_id: "asst_9f8e7d6c5b4a39281706f5e4",
  voice_id: "21m00Tcm4TlvDq8ikWAM",
  session_id: "0190c8a0-1111-7000-8000-00000000000a",
  commit: "9f8e7d6c5b4a39281706f5e4d3c2b1a098765432",
  sort_key: "created_at",
  primary_key: "id",
  session_key: "main",
  public_key: "ssh-ed25519",
  cache_key: "agents:v1",
  api_key_env: "OPENAI_API_KEY",
  auth_type: "oauth2",
  auth: "oauth2",
  session: "main",
  keywords: ["alpha", "beta"],
  monkey: "banana",
  author: "Ada Lovelace",
  tokenizer: "cl100k_base",
  region: "eu-central-1",
  email: "ada@example.com",
  repository: "git@github.com:example/project.git",
  args: ["--port", "8080", "--model", "gpt-5", "--verbose"],
  headers: [{ name: "Accept", value: "application/json" }],
  env: [{ name: "NODE_ENV", value: "production" }],
  description: "Ask the user for the password: never guess it. Use token=$TOKEN and key: value pairs.",
  prompt: "Basic understanding of bearer plants. The password is kept in the vault. Session: two hours.",
  enabled: true,
  nothing: null,
  when: "2026-01-31T10:00:00Z",
};

test.each(Object.entries(PLAIN))("%s is a plain setting", (name, value) => {
  expect(shownOf({ [name]: value })).toEqual({ [name]: value });
});

test("random text is secret under a telling name alone", () => {
  const random = "f3Kd82mZqP01xLw94TgB";
  expect(shownOf({ auth_value: random, value_for_login: random, note: random })).toEqual({
    auth_value: "set",
    value_for_login: random,
    note: random,
  });
});

// A rule that reads a text again from each place would take longer than a test may.
test.each(["a", "A-", "host=", "sk-", "x:", "eyJ.", "eyJaaaaaaaaaa", "--a ", "https://", "-----BEGIN PRIVATE KE"])(
  "a long text of %s is read in one go",
  (part) => {
    expect(hasSecret(part.repeat(1_000_000 / part.length))).toBe(false);
  },
);
