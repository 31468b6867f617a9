/** A register outside, to which the crew reports: a stand-in on this machine for the time of the demo. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { BailiwickError, type Client } from "../../../../../sdk/src/index.ts";

export interface Register {
  /** The host and port, which the server must be allowed to call. */
  host: string;
  /** The number of reports that arrived. */
  received(): number;
  close(): Promise<void>;
}

export async function startRegister(): Promise<Register> {
  let received = 0;
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      if (request.method === "POST") received++;
      response.writeHead(201, { "content-type": "application/json" }).end(`{"id": "report-${received}"}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server that listens on TCP has an address of this form.
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    received: () => received,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Connects the register for one agent. Returns undefined when the server may not call it, or the caller may not connect. */
export async function connectRegister(
  client: Client,
  { host }: Pick<Register, "host">,
  agentId: string,
): Promise<string | undefined> {
  const config = { base_url: `http://${host}` };
  const draft = { service_type: "http" as const, name: "Demo register", config, agent_ids: [agentId] };
  try {
    return (await client.connections.create(draft)).id;
  } catch (error) {
    if (error instanceof BailiwickError && !error.isTransient) return undefined;
    throw error;
  }
}
