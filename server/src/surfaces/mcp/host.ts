/** Protects against DNS rebinding: a foreign name that resolves to this machine must not reach the tools. */
import { Problem } from "../../kernel/problem.ts";

const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"] as const;

/** Throws unless the request was addressed to this server: its public address, or this machine and the served port. */
export function requireOwnHost(host: string | undefined, port: number | undefined, publicUrl: string): void {
  const own = [new URL(publicUrl).host, ...LOOPBACK.map((name) => `${name}:${port}`)];
  if (host !== undefined && own.includes(host.toLowerCase())) return;
  throw new Problem("forbidden", "The Host header names another server.", {
    next_step: `Use ${publicUrl}, or set BAILIWICK_PUBLIC_URL to the address you use.`,
  });
}
