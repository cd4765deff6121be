import { background, type RequestTasks } from '@backgrounder/core'
import { Body, Controller, HttpCode, Inject, Module, Post } from '@nestjs/common'
import { Mailer } from './mailer.js'
import { Tasks } from './tasks.decorator.js'

@Controller()
class SignupController {
  readonly #welcomeMail

  // By name, since tsx emits no metadata of types. With Nest's own compiler the type is enough.
  constructor(@Inject(Mailer) mailer: Mailer) {
    this.#welcomeMail = background((to: string) => mailer.send(to), { name: 'welcome-mail' })
  }

  @Post('signup')
  @HttpCode(202)
  signUp(@Body() body: { email: string }, @Tasks() tasks: RequestTasks): { accepted: boolean } {
    tasks.addTask(this.#welcomeMail, body.email)
    return { accepted: true }
  }
}

/** Knows neither of the platforms. */
@Module({ controllers: [SignupController], providers: [Mailer] })
export class SignupModule {}
