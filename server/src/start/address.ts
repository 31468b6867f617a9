/** The address that the server listens on, and its URL. */
import { isIP } from "node:net";
import type { FastifyInstance } from "fastify";
import type { Config } from "../runtime/config.ts";

/** A failure of the start that a person must repair. The message says how. */
export class StartError extends Error {}

type Address = Pick<Config, "host" | "port" | "publicUrl" | "trustedProxies">;

/** Returns the port. */
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
      return new StartError(
        `Port ${port} of ${host} is in use. Stop the program that uses it, or set BAILIWICK_PORT to another port.`,
      );
    case "EACCES":
      return new StartError(`This user may not use port ${port}. Set BAILIWICK_PORT to a port above 1023.`);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new StartError(`This machine has no address ${host}. Set BAILIWICK_HOST to an address of this machine.`);
    default:
      return error;
  }
}

/** Returns the configured public URL, or the URL that reaches the server from this machine. */
export function listenUrl({ host, publicUrl }: Address, port: number): string {
  if (publicUrl !== undefined) return publicUrl;
  const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `http://${isIP(name) === 6 ? `[${name}]` : name}:${port}`;
}

/** Returns true when only this machine can call the server, directly and through known proxies. */
export function servesOnlyThisMachine({ host, publicUrl, trustedProxies }: Address): boolean {
  if (!isLoopback(host) || trustedProxies.length > 0) return false;
  return publicUrl === undefined || isLoopback(new URL(publicUrl).hostname.replace(/^\[|\]$/g, ""));
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}
