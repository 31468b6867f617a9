/** Limits the number of open streams of one credential, one workspace, one network and this process. */
import { Problem } from "../../kernel/problem.ts";

export interface RoomSize {
  ofCredential: number;
  ofWorkspace: number;
  ofNetwork: number;
  ofProcess: number;
}

export interface StreamOwner {
  credential: string;
  workspace: string;
  network: string;
}

/**
 * `enter` throws when a limit is reached. Otherwise it counts the stream and returns a function that ends the count.
 */
export function createRoom(size: RoomSize): { enter(owner: StreamOwner): () => void } {
  const open = new Map<string, number>();

  return {
    enter({ credential, workspace, network }) {
      const shares = [
        { name: `credential ${credential}`, most: size.ofCredential, owner: "This credential" },
        { name: `workspace ${workspace}`, most: size.ofWorkspace, owner: "This workspace" },
        { name: `network ${network}`, most: size.ofNetwork, owner: "This network" },
        { name: "process", most: size.ofProcess, owner: "This server" },
      ];
      for (const { name, most, owner } of shares) {
        const count = open.get(name) ?? 0;
        if (count < most) continue;
        throw new Problem("overloaded", `${owner} has ${count} live streams open, which is the limit.`, {
          retry_after_seconds: 5,
        });
      }
      for (const { name } of shares) open.set(name, (open.get(name) ?? 0) + 1);
      return () => {
        for (const { name } of shares) {
          const left = (open.get(name) ?? 1) - 1;
          if (left === 0) open.delete(name);
          else open.set(name, left);
        }
      };
    },
  };
}
