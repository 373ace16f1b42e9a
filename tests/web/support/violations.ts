import axe from 'axe-core'
import type { Page } from 'playwright-core'

/**
 * Find the violations of accessibility rules in the current state of a page.
 *
 * @param exclude selectors of parts that are not examined
 * @param ignore names of rules that are not applied
 */
export async function violations(
  page: Page,
  { exclude = [], ignore = [] }: { exclude?: string[]; ignore?: string[] } = {},
): Promise<string[]> {
  // Once per document; the source has half a megabyte.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  return page.evaluate(
    async ({ exclude, ignore }) => {
      const { axe } = window as unknown as { axe: typeof import('axe-core') }
      const found = await axe.run(
        { exclude: exclude.map((selector) => [selector]) },
        {
          rules: Object.fromEntries(ignore.map((rule) => [rule, { enabled: false }])),
          resultTypes: ['violations'],
        },
      )
      return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
    },
    { exclude, ignore },
  )
}
