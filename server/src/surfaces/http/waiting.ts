/** Long polls and streams. Each ends when its caller is gone, and all end when the server shuts down. */
import type { ServerResponse } from "node:http";

export interface Waiting {
  /** Returns a signal that fires when the caller is gone or the server shuts down. Call `done` after the response. */
  start(response: ServerResponse): { signal: AbortSignal; done: () => void };
  count(): number;
  isEnding(): boolean;
  endAll(): void;
}

export function createWaiting(): Waiting {
  const open = new Set<AbortController>();
  let ending = false;
  return {
    start(response) {
      const controller = new AbortController();
      const gone = () => controller.abort();
      open.add(controller);
      response.once("close", gone);
      if (ending || response.destroyed) gone();
      return {
        signal: controller.signal,
        done() {
          open.delete(controller);
          response.off("close", gone);
        },
      };
    },
    count: () => open.size,
    isEnding: () => ending,
    endAll() {
      ending = true;
      for (const controller of open) controller.abort();
    },
  };
}
