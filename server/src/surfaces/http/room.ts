/** Limits what one credential, one workspace, one network and this process do at the same time: streams, uploads. */
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

/** The words of a refusal: what is open, such as `uploads running`, and when to try again. */
export interface Crowd {
  what: string;
  retry_after_seconds: number;
  next_step?: string;
}

export interface Room {
  /** Throws when a limit is reached. Otherwise it counts the visitor and returns a function that ends the count. */
  enter(visitor: Visitor): () => void;
}

export function createRoom(size: RoomSize, { what, ...details }: Crowd): Room {
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
        throw new Problem("overloaded", `${owner} has ${count} ${what}, which is the limit.`, details);
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
