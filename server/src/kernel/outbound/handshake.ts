/** Opens a web socket to an address that a caller chose, and closes it at once. Shows that the other side accepts it. */
import { createHash, randomBytes } from "node:crypto";
import { urlFault } from "./destination.ts";
import { dial, type OutgoingOptions } from "./dial.ts";
import { errorText } from "./error-text.ts";

const TIMEOUT_MS = 5_000;
/** RFC 6455: the answer proves that the other side speaks the protocol. */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const SWITCHING = 101;

export type Handshake = { ok: true; status: number } | { ok: false; status: number | null; error: string };

/** The address begins with ws:// or wss://. */
export async function handshake(
  address: string,
  headers: Readonly<Record<string, string>>,
  options: OutgoingOptions,
): Promise<Handshake> {
  const url = new URL(address.replace(/^ws/, "http"));
  const fault = urlFault(url.href, options.allowed);
  if (fault !== undefined) return { ok: false, status: null, error: `The address ${fault}` };
  const timeout = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
  const signal = options.stop ? AbortSignal.any([timeout, options.stop]) : timeout;
  const key = randomBytes(16).toString("base64");
  const expected = createHash("sha1")
    .update(key + GUID)
    .digest("base64");
  return new Promise((done) => {
    const fail = (error: unknown) =>
      done({ ok: false, status: null, error: signal.aborted ? "There was no answer in time." : errorText(error) });
    const upgrade = {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": key,
    };
    try {
      const request = dial(url, {
        method: "GET",
        headers: { ...headers, ...upgrade },
        signal,
        options,
        onAnswer: (answer) => {
          answer.destroy();
          const status = answer.statusCode ?? null;
          done({ ok: false, status, error: `The agent answered ${status} in place of a web socket.` });
        },
        onError: fail,
      });
      request.on("upgrade", (answer, socket) => {
        socket.on("error", () => undefined);
        socket.destroy();
        if (answer.headers["sec-websocket-accept"] === expected) return done({ ok: true, status: SWITCHING });
        done({ ok: false, status: SWITCHING, error: "The agent does not speak the protocol of web sockets." });
      });
    } catch (error) {
      fail(error);
    }
  });
}
