/** Parser for the settings line of AUTOMATIC1111's web UI: `Name: value, Name: value, …`. */

const NAME = /\s*([A-Za-z][\w ./+()-]*?):[ \t]*/y
/** A JSON string, which contains commas, colons or line breaks. */
const QUOTED = /"(?:\\.|[^"\\])*"(?=[ \t]*(?:,|\n|$))/y
/** Text up to the next `, Name:`. Commas before anything else belong to the value. */
const PLAIN = /[^\n]*?(?=,\s*[A-Za-z][\w ./+()-]*:|,?[ \t]*(?:\n|$))/y
const SEPARATOR = /[ \t]*(?:,[ \t]*|$)/y

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

/** Return the end of the JSON array or object that starts at `at`. Returns null if it is not closed. */
function endOfJson(text: string, at: number): number | null {
  let depth = 0
  for (let end = at; end < text.length; end += 1) {
    const character = text.charAt(end)
    if (character === '"') {
      const string = match(/"(?:\\.|[^"\\])*"/y, text, end)
      if (string === null) return null
      end += string[0].length - 1
    } else if ('[{'.includes(character)) depth += 1
    else if (']}'.includes(character)) depth -= 1
    if (depth === 0) return end + 1
  }
  return null
}

function unquote(quoted: string): string {
  try {
    return String(JSON.parse(quoted.replaceAll('\n', '\\n')))
  } catch {
    return quoted.slice(1, -1)
  }
}

/** Read the value at `at`. Returns it with the position after it. */
function readValue(text: string, at: number): [string, number] {
  const quoted = match(QUOTED, text, at)
  if (quoted !== null) return [unquote(quoted[0]), at + quoted[0].length]
  if ('[{'.includes(text.charAt(at) || ' ')) {
    const end = endOfJson(text, at)
    if (end !== null && match(SEPARATOR, text, end) !== null) return [text.slice(at, end), end]
  }
  const value = match(PLAIN, text, at)?.[0] ?? ''
  return [value.trim(), at + value.length]
}

/**
 * Parse the fields from the start of the text to the end of a line. Returns the fields and the rest
 * of the text, or null if the line has another form.
 */
export function parseFields(text: string): { fields: Map<string, string>; rest: string } | null {
  const fields = new Map<string, string>()
  for (let at = 0; ; ) {
    const name = match(NAME, text, at)
    if (name === null) return null
    const [value, end] = readValue(text, at + name[0].length)
    fields.set(name[1] ?? '', value)
    const lineEnd = match(/[ \t]*,?[ \t]*(?:\n|$)/y, text, end)
    if (lineEnd !== null) return { fields, rest: text.slice(end + lineEnd[0].length) }
    const separator = match(SEPARATOR, text, end)
    if (separator === null) return null
    at = end + separator[0].length
  }
}
