/** Reads, sets and clears the session cookie. */
import type { SessionEffect } from "../../kernel/operation.ts";

export interface SessionCookie {
  read(header: string | undefined): string | undefined;
  write(effect: SessionEffect): string;
}

/** The server makes no longer tokens. */
const TOKEN_LENGTH_MAX = 300;

export function sessionCookie(publicUrl: string): SessionCookie {
  const isSecure = publicUrl.startsWith("https:");
  // A browser accepts a cookie with this prefix only from this exact host and only over TLS.
  const name = isSecure ? "__Host-bailiwick_session" : "bailiwick_session";
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? "; Secure" : ""}`;
  const pair = new RegExp(`(?:^|;)[ \t]*${name}=([A-Za-z0-9._~-]{1,${TOKEN_LENGTH_MAX}})[ \t]*(?:;|$)`);
  return {
    read: (header) => (header === undefined ? undefined : pair.exec(header)?.[1]),
    write(effect) {
      if (effect === "clear") return `${name}=; ${attributes}; Expires=Thu, 01 Jan 1970 00:00:00 GMT`;
      return `${name}=${effect.token}; ${attributes}; Expires=${effect.expiresAt.toUTCString()}`;
    },
  };
}
