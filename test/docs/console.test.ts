import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { isShown, readSteps, send } from './console.js'

describe('what a console block shows', () => {
  it.each([
    ['the same', 'a\nb', 'a\nb\n', true],
    ['one line less', 'a', 'a\nb\n', false],
    ['one line more', 'a\nb', 'a\n', false],
    ['another line', 'a', 'b\n', false],
    ['part of a line', 'a', 'ab\n', false],
    ['nothing, and a line is printed', '', 'a\n', false],
    ['another time', 'x · 1 ms', 'x · 27 ms\n', true],
    ['another time in a sentence', 'after 1 ms', 'after 27 ms\n', false],
    ['what a pattern would mean', 'a.c', 'abc\n', false],
    ['… in a line', 'a…c', 'a/b/c\n', true],
    ['… in a line, not in two', 'a…c', 'a\nc\n', false],
    ['… for lines', 'a\n  …\nd', 'a\nb\nc\nd\n', true],
    ['… for no line', 'a\n…\nd', 'a\nd\n', true],
    ['… for lines, and a wrong one behind', 'a\n…\nd', 'a\nb\nc\n', false],
  ])('%s', (_, shown, printed, is) => {
    expect(isShown(shown, printed)).toBe(is)
  })
})

describe('a request of a console block', () => {
  it('is sent as curl does', async () => {
    const server = createServer(async (req, res) => {
      let body = ''
      for await (const chunk of req) body += chunk
      const { 'content-type': type, 'x-key': key } = req.headers
      res.statusCode = 418
      res.end([req.method, req.url, type, key, body].join(' '))
    })
    await new Promise<void>((resolve) => server.listen(0, resolve))
    const { port } = server.address() as AddressInfo
    const text = `first
$ curl localhost:3000/a?b=c -H "X-Key: k" -H content-type:text/plain -d 'd e'
shown
$ curl -X DELETE \\
  localhost:3000
$ curl -i http://localhost:3000/ -d a=b`
    const answers: unknown[] = []
    for (const { request, shown } of readSteps(text)) {
      answers.push([shown, request && (await send(request, port))])
    }
    server.close()
    expect(answers).toEqual([
      ['first', undefined],
      ['shown', 'POST /a?b=c text/plain k d e'],
      ['', 'DELETE /   '],
      [
        '',
        expect.stringMatching(/^HTTP\/1.1 418 I'm a Teapot\n.*\n\nPOST \/ .*urlencoded {2}a=b$/s),
      ],
    ])
  })

  it.each(['$ npm test', '$ curl --head localhost:3000', '$ curl example.com'])(
    'is refused where it is none that is known: %s',
    (text) => {
      expect(() => readSteps(text)).toThrow(/^Expected /)
    },
  )
})
