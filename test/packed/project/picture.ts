// A module whose function runs in a thread.
export const widest = 1_000

export function shrink(picture: Buffer, { width }: { width: number }): Buffer {
  return picture.subarray(0, Math.min(width, widest))
}
