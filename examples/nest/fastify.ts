import { backgroundTasks } from '@backgrounder/fastify'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import { SignupModule } from './signup.module.js'

export async function createFastifyApp(): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter()
  const app = await NestFactory.create<NestFastifyApplication>(SignupModule, adapter, {
    logger: false,
  })
  // Nest closes Fastify, which drains by itself.
  await app.register(backgroundTasks, { drainTimeout: 20_000 })
  return app
}
