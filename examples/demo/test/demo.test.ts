import { execFile } from 'node:child_process'
import path from 'node:path'
import { describe, expect, test } from 'vitest'

const folder = path.resolve(__dirname, '..')
