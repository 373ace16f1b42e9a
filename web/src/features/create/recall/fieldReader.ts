import type { Settings } from '../../generations/settings'
import type { RecalledSettings } from './recalledSettings'
import { asNumber, asSeed, asSize } from './values'

type TextSetting = 'prompt' | 'negativePrompt' | 'model' | 'style'
type NumberSetting = 'width' | 'height' | 'steps' | 'guidanceScale'

/** Report whether a value says nothing, so that it need not be listed as ignored. */
function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === false || String(value) === ''
}

/**
 * Converts named fields to settings. It lists the fields that were not read or have an unusable
 * value, in their order.
 */
export class FieldReader {
  private readonly fields: ReadonlyMap<string, unknown>
  private readonly used = new Set<string>()
  private readonly settings: Partial<Settings> = {}
  private largeSeed: string | undefined

  constructor(fields: ReadonlyMap<string, unknown>) {
    this.fields = fields
  }

  text(setting: TextSetting, name: string): this {
    const value = this.fields.get(name)
    if (typeof value !== 'string') return this
    this.used.add(name)
    this.settings[setting] = value
    return this
  }

  number(setting: NumberSetting, name: string): this {
    const value = asNumber(this.fields.get(name))
    if (value === null) return this
    this.used.add(name)
    this.settings[setting] = value
    return this
  }

  size(name: string): this {
    const size = asSize(this.fields.get(name))
    if (size === null) return this
    this.used.add(name)
    Object.assign(this.settings, size)
    return this
  }

  seed(name: string): this {
    const seed = asSeed(this.fields.get(name))
    if (seed === undefined) return this
    this.used.add(name)
    this.settings.seed = seed.seed
    this.largeSeed = seed.largeSeed
    return this
  }

  /** Set a value that the caller has computed from these fields. */
  set(settings: Partial<Settings>, ...names: string[]): this {
    for (const name of names) this.used.add(name)
    Object.assign(this.settings, settings)
    return this
  }

  /** Report whether no field was read. */
  isEmpty(): boolean {
    return Object.keys(this.settings).length === 0
  }

  /** Return the settings. Fields in `notSettings` describe the file and are not listed. */
  result(notSettings: readonly string[] = []): RecalledSettings {
    const ignored = [...this.fields]
      .filter(([name, value]) => !this.used.has(name) && !isEmpty(value))
      .map(([name]) => name)
      .filter((name) => !notSettings.includes(name))
    return {
      settings: this.settings,
      ...(this.largeSeed === undefined ? {} : { largeSeed: this.largeSeed }),
      ignored,
    }
  }
}
