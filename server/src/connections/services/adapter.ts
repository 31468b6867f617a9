/** One service: the shape of its connection, its types of actions, and the calls of the other side. */
import type { TObject } from "typebox";
import type { Environment, Mail } from "../../kernel/environment.ts";
import type { OutgoingOptions } from "../../kernel/outbound/dial.ts";
import type { ActionType, Attempt, Found, Sent } from "../adapter.ts";
import type { Category, ServiceType } from "../schema.ts";
import type { Seen } from "./tool-rules.ts";

/** A connection with its secret. It never leaves the server. */
export interface Opened {
  id: string;
  service_type: ServiceType;
  config: Readonly<Record<string, unknown>>;
  secret: string | undefined;
  /** A new secret has another number where the secret is the address. */
  secret_number?: number;
  /** The digests of the pinned tools by name, of an MCP server. */
  tools?: ReadonlyMap<string, string>;
}

/** The tools that an MCP server has now, where the call listed them. */
export interface WithTools {
  seen?: readonly Seen[];
}

/** The outside as an attempt reaches it. No transaction is open meanwhile. */
export interface Outside {
  outgoing: OutgoingOptions;
  sendMail(mail: Mail): Promise<void>;
  delivery: Environment["delivery"];
}

export interface TestResult extends WithTools {
  ok: boolean;
  message: string;
  /** The rights of the token, where the service names them. */
  scopes?: readonly string[];
}

export interface Adapter {
  service_type: ServiceType;
  category: Category;
  config: TObject;
  secret: "required" | "optional" | "none";
  types: readonly ActionType[];
  /** The reason why nobody can use the service on this server. */
  unavailable?: string;
  /** Its types are the tools of each connection. `types` is empty then. */
  hasTools?: true;
  /** The same type may repeat safely through one connection and not through another. */
  repeatsSafely?(config: Opened["config"]): boolean;
  /** Returns the origin that gets the secret. A new origin needs the secret again. */
  origin(config: Opened["config"]): string | undefined;
  /** Throws for addresses that the server must not call, and for secrets of another form. */
  requireUsable(connection: Pick<Opened, "config" | "secret">, env: Pick<Environment, "settings" | "delivery">): void;
  /** Throws for a payload that has the right shape and still cannot be sent. */
  requirePayload?(action_type: string, payload: Sent["payload"]): void;
  test(connection: Opened, outside: Outside): Promise<TestResult>;
  send(connection: Opened, sent: Sent, outside: Outside): Promise<Attempt & WithTools>;
  lookUp?(connection: Opened, sent: Sent, outside: Outside): Promise<Found>;
}
