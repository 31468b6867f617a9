/** A caller without manners, for tests: writes what it likes to a socket. */
import { connect, type Socket } from "node:net";

export interface RawCaller {
  socket: Socket;
  /** What has come so far. */
  received(): string;
  /** Resolves with all that came once the server has closed the connection. */
  ended: Promise<string>;
}

export function call(url: string, text = ""): RawCaller {
  let answer = "";
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  // At once, so that what is written later comes later, however long connecting takes.
  if (text !== "") socket.write(text);
  socket.on("data", (data) => {
    answer += data.toString();
  });
  // Being cut off is what is asked for.
  socket.on("error", () => undefined);
  const ended = new Promise<string>((resolve) => socket.on("close", () => resolve(answer)));
  return { socket, received: () => answer, ended };
}

export function headersOf(answer: string): Headers {
  const [head = ""] = answer.split("\r\n\r\n", 1);
  const lines = head.split("\r\n").slice(1);
  return new Headers(lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]));
}
