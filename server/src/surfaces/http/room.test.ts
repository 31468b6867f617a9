import { describe, expect, it } from "vitest";
import { createRoom } from "./room.ts";

const SIZE = { ofCredential: 2, ofWorkspace: 3, ofNetwork: 4, ofProcess: 5 };
const CROWD = { what: "streams open", retry_after_seconds: 1 };
const visitor = (credential: string, workspace: string, network: string) => ({ credential, workspace, network });

describe("the room", () => {
  it("has a share for each credential, workspace and network, and one for all", () => {
    const room = createRoom(SIZE, CROWD);
    const refused = (who: ReturnType<typeof visitor>, whose: string) =>
      expect(() => room.enter(who)).toThrow(new RegExp(`^This ${whose} has`));
    const leave = room.enter(visitor("a", "w", "n"));
    room.enter(visitor("a", "w", "n"));
    refused(visitor("a", "w", "n"), "credential");
    room.enter(visitor("b", "w", "n"));
    refused(visitor("c", "w", "m"), "workspace");
    room.enter(visitor("c", "v", "n"));
    refused(visitor("d", "u", "n"), "network");
    room.enter(visitor("d", "u", "m"));
    refused(visitor("e", "t", "k"), "server");
    leave();
    room.enter(visitor("a", "w", "n"));
  });

  it("who is refused takes no room", () => {
    const room = createRoom({ ...SIZE, ofWorkspace: 1 }, CROWD);
    const leave = room.enter(visitor("a", "w", "n"));
    for (let n = 0; n < 10; n++) expect(() => room.enter(visitor("b", "w", "n"))).toThrow("workspace");
    leave();
    room.enter(visitor("b", "w", "n"));
  });
});
