import { getTasks as ofResponse } from '@backgrounder/express'
import { getTasks as ofRequest, type RequestTasks } from '@backgrounder/fastify'
import { createParamDecorator, type ExecutionContext } from '@nestjs/common'
import type { Response } from 'express'
import type { FastifyRequest } from 'fastify'

/**
 * The tasks of a request, as a parameter of a controller's method: `@Tasks() tasks: RequestTasks`.
 * For both platforms; an app that has one of them needs one half of it.
 */
export const Tasks: () => ParameterDecorator = createParamDecorator(
  (_data: unknown, context: ExecutionContext): RequestTasks => {
    const http = context.switchToHttp()
    const response = http.getResponse<Response | { readonly locals?: undefined }>()
    return response.locals ? ofResponse(response) : ofRequest(http.getRequest<FastifyRequest>())
  },
)
