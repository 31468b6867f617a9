const HEALTH_MS_MAX = 3_000;

/** Returns true when a server of Bailiwick answers at this address. */
export async function isHealthy(url: string): Promise<boolean> {
  try {
    const response = await fetch(new URL("/api/health", url), { signal: AbortSignal.timeout(HEALTH_MS_MAX) });
    const body: unknown = await response.json();
    return response.ok && typeof body === "object" && body !== null && "status" in body;
  } catch {
    return false;
  }
}
