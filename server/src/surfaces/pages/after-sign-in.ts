/** Where somebody wanted to go who had to sign in first. Only their browser remembers it. */

export interface AfterSignIn {
  /** The header that remembers it; undefined for what is no path of this server. */
  keep(path: string): string | undefined;
  forget: string;
  /** Where to go, if that is known. */
  path(cookies: string | undefined): string | undefined;
}

/** Long enough to find the sign-in mail. Seconds. */
const KEPT_SECONDS = 3_600;
const PATH_LENGTH_MAX = 1_000;
/** Encoded, one character is three at most. */
const VALUE_LENGTH_MAX = 3 * PATH_LENGTH_MAX;
/** Visible characters of ASCII, as browsers send paths; a second slash, or what browsers take for one, names a host. */
const OWN_PATH = /^\/(?!\/)(?:(?!\\)[\x21-\x7e])*$/;

export function afterSignIn(publicUrl: string): AfterSignIn {
  const isSecure = publicUrl.startsWith("https:");
  const name = isSecure ? "__Host-bailiwick_next" : "bailiwick_next";
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? "; Secure" : ""}`;
  const pair = new RegExp(`(?:^|;)[ \t]*${name}=([A-Za-z0-9._~!'()*%-]{1,${VALUE_LENGTH_MAX}})[ \t]*(?:;|$)`);
  return {
    keep: (path) =>
      isOwnPath(path) ? `${name}=${encodeURIComponent(path)}; ${attributes}; Max-Age=${KEPT_SECONDS}` : undefined,
    forget: `${name}=; ${attributes}; Max-Age=0`,
    path(cookies) {
      const path = decoded(pair.exec(cookies ?? "")?.[1]);
      return path !== undefined && isOwnPath(path) ? path : undefined;
    },
  };
}

/** Whether a browser that is sent there stays on this server. */
export function isOwnPath(path: string): boolean {
  return path.length <= PATH_LENGTH_MAX && OWN_PATH.test(path);
}

function decoded(value: string | undefined): string | undefined {
  try {
    return value && decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
