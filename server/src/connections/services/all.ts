/** The services that can be connected. */
import type { ServiceType } from "../schema.ts";
import type { Adapter } from "./adapter.ts";
import { EMAIL } from "./email.ts";
import { GITHUB } from "./github.ts";
import { HTTP } from "./http.ts";
import { MCP } from "./mcp.ts";
import { ANTHROPIC, OPENAI } from "./models.ts";
import { MOLTBOOK } from "./moltbook.ts";
import { SLACK } from "./slack.ts";

export const SERVICES: readonly Adapter[] = [HTTP, EMAIL, SLACK, GITHUB, MCP, MOLTBOOK, ANTHROPIC, OPENAI];

export function findAdapter(service_type: string): Adapter | undefined {
  return SERVICES.find((service) => service.service_type === service_type);
}

/** A service type of the database is always listed. */
export function serviceOf(service_type: ServiceType): Adapter {
  const service = findAdapter(service_type);
  if (!service) throw new Error(`No service is listed for ${service_type}.`);
  return service;
}
