// Run the browser tests, two files at a time:
//   npm test                     runs all files
//   npm test -- page/*.test.ts   runs some
// A file with a failed test runs once more, alone, because the tests share two processor cores with each
// other. Its tests fail if they fail again. Those that do not are listed as unstable at the end.

import { readdirSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { run } from 'node:test'
import { tap } from 'node:test/reporters'
import { fileURLToPath } from 'node:url'

const FILE_TIMEOUT_MS = 300_000
/** More failed files than this have another reason than the load. */
const MAX_REPEATED_FILES = 4

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

function allFiles(): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules'))
    .sort()
}

/** Run files, print their results, and return the names of the failed tests by file. */
async function runFiles(files: readonly string[], concurrency: number) {
  const failed = new Map<string, string[]>()
  const events = run({
    files: files.map((file) => join(root, file)),
    concurrency,
    timeout: FILE_TIMEOUT_MS,
  })
  events.on('test:fail', ({ file, name }) => {
    const path = relative(root, file ?? name)
    failed.set(path, [...(failed.get(path) ?? []), name])
  })
  for await (const line of events.compose(tap)) process.stdout.write(String(line))
  return failed
}

const chosen = process.argv.slice(2)
const first = await runFiles(chosen.length > 0 ? chosen : allFiles(), 2)
const isRepeated = first.size > 0 && first.size <= MAX_REPEATED_FILES
const last = isRepeated ? await runFiles([...first.keys()], 1) : first
if (isRepeated && last.size === 0) {
  console.log(`# unstable, passed alone: ${[...first.values()].flat().join('; ')}`)
}
process.exit(last.size > 0 ? 1 : 0)
