/** Providers of models, for the model gateway. Agents propose no actions on them. */
import Type from "typebox";
import { exchange } from "../../kernel/outbound/exchange.ts";
import { invalid } from "../../kernel/problem.ts";
import { Fields, Text } from "../../kernel/schema.ts";
import { requireUrl } from "../addresses.ts";
import type { Adapter, Opened } from "./adapter.ts";
import { errorText } from "./attempt.ts";
import { requireHeaderText } from "./http.ts";
import { ANSWER_BYTES_MAX, TEST_MS_MAX, URL_LENGTH_MAX, USER_AGENT } from "./limits.ts";
import { answered } from "./tests.ts";

const REFUSED = new Set([401, 403]);

interface Provider {
  name: "anthropic" | "openai";
  /** As clients of the provider write it: that of OpenAI ends in its version. */
  publicUrl: string;
  modelsPath: string;
  headers(secret: string): Record<string, string>;
}

function adapterOf({ name, publicUrl, modelsPath, headers }: Provider): Adapter {
  const baseOf = ({ base_url }: Opened["config"]) => String(base_url ?? publicUrl).replace(/\/+$/, "");
  return {
    service_type: name,
    category: "scale",
    config: Fields({ base_url: Type.Optional(Text(URL_LENGTH_MAX)) }),
    secret: "required",
    types: [],
    origin: (config) => new URL(baseOf(config)).origin,
    requireUsable({ config, secret }, env) {
      requireUrl("/config/base_url", baseOf(config), env);
      const { search, hash } = new URL(baseOf(config));
      if (search !== "" || hash !== "") throw invalid("/config/base_url", "must have no ? and no #.");
      requireHeaderText(secret);
    },
    async test({ config, secret = "" }, { outgoing }) {
      const url = `${baseOf(config)}${modelsPath}`;
      const found = await exchange(
        { method: "GET", url, headers: { "user-agent": USER_AGENT, ...headers(secret) } },
        { ...outgoing, timeoutMs: TEST_MS_MAX, answerBytesMax: ANSWER_BYTES_MAX },
      );
      if (found.answer === "none") return { ok: false, message: errorText(found.error, secret) };
      if (REFUSED.has(found.status)) return { ok: false, message: `The provider refuses the key (${found.status}).` };
      return answered(found.status);
    },
    async send() {
      return { end: "failed", error: "The service has no actions.", returned: null };
    },
  };
}

export const ANTHROPIC = adapterOf({
  name: "anthropic",
  publicUrl: "https://api.anthropic.com",
  modelsPath: "/v1/models?limit=1",
  headers: (secret) => ({ "x-api-key": secret, "anthropic-version": "2023-06-01" }),
});

export const OPENAI = adapterOf({
  name: "openai",
  publicUrl: "https://api.openai.com/v1",
  modelsPath: "/models",
  headers: (secret) => ({ authorization: `Bearer ${secret}` }),
});
