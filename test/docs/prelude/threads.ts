import { background, createRunner } from '@backgrounder/core'

// What the examples of the threads use and do not make.

export * from '@backgrounder/threads'

export const tasks = createRunner()
export const brighten = background((_pixels: Uint8Array) => {}, { name: 'brighten' })
export const pixels = new Uint8Array(3)
