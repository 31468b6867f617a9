/** How many streams may be open: of one credential, one workspace, one network, and in this process. */
import { Problem } from "../../kernel/problem.ts";

export interface RoomSize {
  ofCredential: number;
  ofWorkspace: number;
  ofNetwork: number;
  ofProcess: number;
}

export interface Visitor {
  credential: string;
  workspace: string;
  network: string;
}

/** `enter` throws where there is no room, else returns how to leave. */
export function createRoom(size: RoomSize): { enter(visitor: Visitor): () => void } {
  const open = new Map<string, number>();

  return {
    enter({ credential, workspace, network }) {
      const shares = [
        { name: `credential ${credential}`, most: size.ofCredential, whose: "This credential" },
        { name: `workspace ${workspace}`, most: size.ofWorkspace, whose: "This workspace" },
        { name: `network ${network}`, most: size.ofNetwork, whose: "This network" },
        { name: "process", most: size.ofProcess, whose: "This server" },
      ];
      for (const { name, most, whose } of shares) {
        const count = open.get(name) ?? 0;
        if (count < most) continue;
        throw new Problem("overloaded", `${whose} has ${count} live streams open, the most there may be.`, {
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
