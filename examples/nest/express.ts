import type { Server } from 'node:http'
import { backgroundTasks } from '@backgrounder/express'
import { type BeforeApplicationShutdown, Inject, Injectable, Module } from '@nestjs/common'
import { HttpAdapterHost, NestFactory } from '@nestjs/core'
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express'
import { SignupModule } from './signup.module.js'

@Injectable()
class Background implements BeforeApplicationShutdown {
  readonly middleware = backgroundTasks()
  readonly #host: HttpAdapterHost

  constructor(@Inject(HttpAdapterHost) host: HttpAdapterHost) {
    this.#host = host
  }

  // Here, because it closes the server too: what handlers in flight will add is waited for. Nest
  // closes it once more, which does nothing.
  async beforeApplicationShutdown(): Promise<void> {
    const server: Server = this.#host.httpAdapter.getHttpServer()
    await this.middleware.drain({ server, timeout: 20_000 })
  }
}

@Module({ imports: [SignupModule], providers: [Background] })
class AppModule {}

export async function createExpressApp(): Promise<NestExpressApplication> {
  const adapter = new ExpressAdapter()
  const app = await NestFactory.create<NestExpressApplication>(AppModule, adapter, {
    logger: false,
  })
  app.use(app.get(Background).middleware)
  return app
}
