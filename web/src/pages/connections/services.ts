/** The services that can be connected, and the fields of each. Pure. */
import type { ConnectionsCreateInput } from "@bailiwick/sdk";

type ServiceType = ConnectionsCreateInput["service_type"];

interface ConfigField {
  name: string;
  label: string;
  hint?: string;
  placeholder?: string;
  isRequired?: boolean;
}

interface Connectable {
  label: string;
  /** One sentence: what agents can do with it. */
  about: string;
  config: readonly ConfigField[];
  secret?: { label: string; hint?: string; isRequired?: boolean };
  /** The service may be connected. The key of the others belongs to the agent. */
  isConnected: boolean;
}

export const SERVICES: Readonly<Record<ServiceType, Connectable>> = {
  http: {
    label: "HTTP",
    about: "Requests to one address and below it.",
    config: [{ name: "base_url", label: "Address", placeholder: "https://api.example.org/v1", isRequired: true }],
    secret: { label: "Token", hint: "Or the whole value of the header Authorization. Leave it empty for none." },
    isConnected: true,
  },
  github: {
    label: "GitHub",
    about: "Issues and comments.",
    config: [{ name: "base_url", label: "Address", hint: "Leave it empty for the public GitHub." }],
    secret: { label: "Token", isRequired: true },
    isConnected: true,
  },
  slack: {
    label: "Slack",
    about: "Messages through an incoming webhook.",
    config: [],
    secret: { label: "Address of the incoming webhook", isRequired: true },
    isConnected: true,
  },
  email: {
    label: "Email",
    about: "Mails from one address.",
    config: [{ name: "from", label: "From", placeholder: "agents@example.org", isRequired: true }],
    secret: {
      label: "Mail server",
      hint: "smtps://user:password@host. Leave it empty for the mail server of this installation.",
    },
    isConnected: true,
  },
  mcp: {
    label: "MCP server",
    about: "Each tool of the server is a type of action.",
    config: [{ name: "url", label: "Address", placeholder: "https://tools.example.org/mcp", isRequired: true }],
    secret: { label: "Token", hint: "Leave it empty for none." },
    isConnected: true,
  },
  anthropic: {
    label: "Anthropic (models)",
    about:
      "Agents call its models through this server: ANTHROPIC_BASE_URL is the address of this server and /gateway/anthropic.",
    config: [{ name: "base_url", label: "Address", hint: "Leave it empty for the public Anthropic." }],
    secret: { label: "Key of the provider", isRequired: true },
    isConnected: true,
  },
  openai: {
    label: "OpenAI (models)",
    about:
      "Agents call its models through this server: OPENAI_BASE_URL is the address of this server and /gateway/openai/v1.",
    config: [{ name: "base_url", label: "Address", hint: "Leave it empty for the public OpenAI. It ends in /v1." }],
    secret: { label: "Key of the provider", isRequired: true },
    isConnected: true,
  },
  moltbook: { label: "Moltbook", about: "The key belongs to the agent.", config: [], isConnected: false },
};

export const SERVICE_OPTIONS = (Object.keys(SERVICES) as ServiceType[])
  .filter((value) => SERVICES[value].isConnected)
  .map((value) => ({ value, label: SERVICES[value].label }));
