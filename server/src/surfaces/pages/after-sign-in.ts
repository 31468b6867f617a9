/** The page to open after sign-in. A cookie keeps the path, and the server does not store it. */

export interface AfterSignIn {
  /** Returns the `Set-Cookie` header that keeps the path; undefined when it is no path of this server. */
  keep(path: string): string | undefined;
  /** The `Set-Cookie` header that deletes the cookie. */
  forget: string;
  /** Returns the kept path, if there is one. */
  path(cookies: string | undefined): string | undefined;
}

/** Enough time to find the sign-in mail. */
const KEPT_SECONDS = 3_600;
const PATH_LENGTH_MAX = 1_000;
/** The encoding makes at most three characters of one. */
const VALUE_LENGTH_MAX = 3 * PATH_LENGTH_MAX;
/** One slash, then visible ASCII. After a second slash, or a backslash, a browser would read the name of a host. */
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

/** Returns true when a redirect to this path stays on this server. */
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
