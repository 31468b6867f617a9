/** The forms of requests to the stand-in of Moltbook, and of its answers. */
export interface Reply {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

export const refuse = (status: number, error: string, more: object = {}): Reply => ({
  status,
  body: { success: false, error, ...more },
});
export const accept = (body: object, status = 200): Reply => ({ status, body: { success: true, ...body } });

export interface Received {
  method: string;
  path: string;
  key: string | undefined;
  body: Record<string, unknown>;
}
