/** How many streams may be open, of one credential and in this process. */
import { Problem } from "../../kernel/problem.ts";

export interface RoomSize {
  ofCredential: number;
  ofProcess: number;
}

/** `enter` throws where there is no room, else answers how to leave. */
export function createRoom({ ofCredential, ofProcess }: RoomSize): { enter(credential: string): () => void } {
  const open = new Map<string, number>();
  let all = 0;

  function leave(credential: string): void {
    all--;
    const left = (open.get(credential) ?? 1) - 1;
    if (left === 0) open.delete(credential);
    else open.set(credential, left);
  }

  return {
    enter(credential) {
      const own = open.get(credential) ?? 0;
      if (all >= ofProcess || own >= ofCredential) {
        const whose = own >= ofCredential ? `This credential has ${own}` : `This server has ${all}`;
        throw new Problem("overloaded", `${whose} live streams open, the most there may be.`, {
          retry_after_seconds: 5,
        });
      }
      open.set(credential, own + 1);
      all++;
      return () => leave(credential);
    },
  };
}
