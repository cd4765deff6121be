// What the examples of the adapter for node:http use and do not make.

export * as http from 'node:http'
export * from '@backgrounder/http'

export async function audit(_url: string | undefined): Promise<void> {}
