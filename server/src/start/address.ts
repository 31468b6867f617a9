/** Where the server listens, and how that is said. */
import { isIP } from "node:net";
import type { FastifyInstance } from "fastify";
import type { Config } from "../runtime/config.ts";

/** A person has to put something right. The message is the whole answer. */
export class StartError extends Error {}

type Address = Pick<Config, "host" | "port" | "publicUrl" | "trustedProxies">;

/** Answers the port. */
export async function listen(app: FastifyInstance, { host, port }: Address): Promise<number> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw explained(error, host, port);
  }
  const address = app.server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}

function explained(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  switch (code) {
    case "EADDRINUSE":
      return new StartError(`Port ${port} of ${host} is in use. Stop what uses it, or set BAILIWICK_PORT to another.`);
    case "EACCES":
      return new StartError(`Port ${port} may not be used by this user. Set BAILIWICK_PORT to one above 1023.`);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new StartError(`This machine has no address ${host}. Set BAILIWICK_HOST to one of its own.`);
    default:
      return error;
  }
}

/** Where people reach the server: as configured, or as this machine reaches itself. */
export function listenUrl({ host, publicUrl }: Address, port: number): string {
  if (publicUrl !== undefined) return publicUrl;
  const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `http://${isIP(name) === 6 ? `[${name}]` : name}:${port}`;
}

/** Nobody else can call, neither directly nor through a proxy that is known of. */
export function servesOnlyThisMachine({ host, publicUrl, trustedProxies }: Address): boolean {
  if (!isLoopback(host) || trustedProxies.length > 0) return false;
  return publicUrl === undefined || isLoopback(new URL(publicUrl).hostname.replace(/^\[|\]$/g, ""));
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}
