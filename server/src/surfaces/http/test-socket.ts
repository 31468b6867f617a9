/** Writes any bytes to a socket, for tests with invalid requests. */
import { connect, type Socket } from "node:net";

export interface RawCaller {
  socket: Socket;
  /** Returns the text received so far. */
  received(): string;
  /** Resolves with the whole text when the server has closed the connection. */
  ended: Promise<string>;
}

export function call(url: string, text = ""): RawCaller {
  let answer = "";
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  // Write before the connection is made, so that later writes of the test come after this text.
  if (text !== "") socket.write(text);
  socket.on("data", (data) => {
    answer += data.toString();
  });
  // The tests expect the server to cut the connection.
  socket.on("error", () => undefined);
  const ended = new Promise<string>((resolve) => socket.on("close", () => resolve(answer)));
  return { socket, received: () => answer, ended };
}

export function headersOf(answer: string): Headers {
  const [head = ""] = answer.split("\r\n\r\n", 1);
  const lines = head.split("\r\n").slice(1);
  return new Headers(lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]));
}
