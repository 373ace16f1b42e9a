import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launch, visit } from '../support/browser.ts'
import { eventually } from '../support/eventually.ts'
import { Studio } from '../support/studio.ts'
import { chooseMore } from '../support/studioPage.ts'

const IMAGES = 3

let studio: Studio
let browser: Browser

before(async () => {
  studio = await Studio.start()
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await studio?.stop()
})

const cells = (page: Page) => page.getByRole('link', { name: /^Open apple/ })
const cell = (page: Page, index: number) =>
  page.getByRole('link', { name: `Open apple ${index}`, exact: true })
const rail = (page: Page, name: string) => page.getByRole('link', { name, exact: true })
const checkbox = (page: Page, board: string) =>
  page.getByRole('dialog').getByRole('checkbox', { name: board, exact: true })
const nameField = (page: Page) => page.getByRole('textbox', { name: 'Name', exact: true })
const results = (page: Page, count: number) =>
  page.getByText(`${count} result${count === 1 ? '' : 's'}`, { exact: true })

/** Open the library of a new user, who has the images "apple 0" to "apple 2". */
async function openLibrary(user: string) {
  const link = studio.linkFor(user)
  const prompts = Array.from({ length: IMAGES }, (_, index) => `apple ${index}`)
  await studio.generate(link, prompts, { steps: 1 })
  const visitor = await visit(browser, link)
  await rail(visitor.page, 'Library').click()
  await cell(visitor.page, 0).waitFor()
  return visitor
}

test('a board shows the images that were added to it; without it, they stay in the library', async () => {
  const { page, faults, close } = await openLibrary('collector')
  await cell(page, 0).click({ modifiers: ['Control'] })
  await cell(page, 1).click({ modifiers: ['Control'] })
  await page.getByRole('button', { name: 'Add to board…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'New board' }).click()
  await nameField(page).fill('  Fruit ')
  await page.getByRole('button', { name: 'Create board' }).click()
  await eventually(() => checkbox(page, 'Fruit').isChecked(), true)
  await page.getByRole('button', { name: 'Done' }).click()

  await rail(page, 'Boards').click()
  const tile = page.getByRole('main').getByRole('link', { name: 'Fruit', exact: true })
  // Without the placeholders.
  await eventually(() => tile.locator('img:not([aria-hidden])').count(), 2)
  await tile.click()
  await page.getByRole('heading', { name: 'Fruit' }).waitFor()
  await results(page, 2).waitFor()

  // The viewer shows the images of the board, and its menu knows the board.
  await cell(page, 1).click()
  const viewer = page.getByRole('dialog', { name: 'Image' })
  await viewer.getByRole('img', { name: 'apple 1' }).waitFor()
  await page.keyboard.press('ArrowRight')
  await viewer.getByRole('img', { name: 'apple 0' }).waitFor()
  await chooseMore(page, viewer, 'Add to board…')
  await eventually(() => checkbox(page, 'Fruit').isChecked(), true)
  await page.keyboard.press('Escape')
  await checkbox(page, 'Fruit').waitFor({ state: 'detached' })
  await page.keyboard.press('Escape')
  await viewer.waitFor({ state: 'detached' })

  await cell(page, 0).click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Remove from board' }).click()
  await cell(page, 0).waitFor({ state: 'detached' })
  await page.getByText('1 removed from “Fruit”').waitFor()
  await results(page, 1).waitFor()

  await page.getByRole('button', { name: 'Actions for Fruit' }).click()
  await page.getByRole('menuitem', { name: 'Rename' }).click()
  await nameField(page).fill('Apples')
  await page.getByRole('button', { name: 'Rename' }).click()
  await page.getByRole('heading', { name: 'Apples' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Apples' }).waitFor()
  await cell(page, 1).waitFor()

  const remove = async () => {
    await page.getByRole('button', { name: 'Actions for Apples' }).click()
    await page.getByRole('menuitem', { name: 'Delete board' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete board' }).click()
    await page.getByText('No boards yet').waitFor()
  }
  await remove()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('link', { name: 'Apples' }).click()
  await cell(page, 1).waitFor()
  const board = page.url()
  await remove()
  await page.goto(board)
  await page.getByRole('heading', { name: 'Board not found' }).waitFor()
  await rail(page, 'Library').click()
  await eventually(() => cells(page).count(), IMAGES)
  assert.deepEqual(faults, [])
  await close()
})

test('boards work by keyboard only', async () => {
  const { page, faults, close } = await openLibrary('typist')
  const { keyboard } = page
  const focused = () => page.evaluate(() => document.activeElement?.textContent)
  /** Move the focus by Tab to the element with this text. */
  const tabTo = async (text: string) => {
    for (let presses = 0; presses < 40 && (await focused()) !== text; presses += 1)
      await keyboard.press('Tab')
    await eventually(focused, text)
  }
  const choose = async (action: string) => {
    const item = page.getByRole('menuitem', { name: action, exact: true })
    await item.waitFor()
    for (let presses = 0; presses < 15 && (await focused()) !== action; presses += 1)
      await keyboard.press('ArrowDown')
    await keyboard.press('Enter')
    await item.waitFor({ state: 'detached' })
  }
  await page.locator('main').focus()
  await keyboard.press('Shift+Tab')
  await tabTo('Boards')
  await keyboard.press('Enter')
  await page.getByText('No boards yet').waitFor()
  await tabTo('New board')
  await keyboard.press('Enter')
  await nameField(page).waitFor()
  await keyboard.type('Fruit')
  await keyboard.press('Enter')
  await page.getByText('This board is empty').waitFor()

  // A name that is taken is refused beside the field, which keeps the focus.
  await rail(page, 'Boards').focus()
  await keyboard.press('Enter')
  await page.getByRole('link', { name: 'Fruit' }).waitFor()
  await tabTo('New board')
  await keyboard.press('Enter')
  await nameField(page).waitFor()
  await keyboard.type('FRUIT')
  await keyboard.press('Enter')
  await page.getByText('You already have a board with this name.').waitFor()
  await eventually(
    () => nameField(page).evaluate((input) => input === document.activeElement),
    true,
  )
  await keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await eventually(focused, 'New board')

  // From the menu of an image, and back to the image.
  await rail(page, 'Library').focus()
  await keyboard.press('Enter')
  await cell(page, 1).focus()
  await keyboard.press('Shift+F10')
  await choose('Add to board…')
  await checkbox(page, 'Fruit').waitFor()
  await keyboard.press('Space')
  await eventually(() => checkbox(page, 'Fruit').isChecked(), true)
  await keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await eventually(() => cell(page, 1).evaluate((link) => link === document.activeElement), true)

  // For several images, of which one is on the board.
  await keyboard.press('Control+A')
  await page.getByText(`${IMAGES} selected`).waitFor()
  await page.getByRole('button', { name: 'Add to board…' }).focus()
  await keyboard.press('Enter')
  await eventually(
    () => checkbox(page, 'Fruit').evaluate((input: HTMLInputElement) => input.indeterminate),
    true,
  )
  await keyboard.press('Space')
  await eventually(() => checkbox(page, 'Fruit').isChecked(), true)
  await keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })

  await rail(page, 'Boards').focus()
  await keyboard.press('Enter')
  await page.getByRole('link', { name: 'Fruit' }).focus()
  await keyboard.press('Enter')
  await results(page, IMAGES).waitFor()
  await keyboard.press('Control+A')
  await page.getByRole('button', { name: 'Remove from board' }).focus()
  await keyboard.press('Enter')
  await page.getByText('This board is empty').waitFor()
  await page.getByRole('button', { name: 'Actions for Fruit' }).focus()
  await keyboard.press('Enter')
  await choose('Delete board')
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete board' }).focus()
  await keyboard.press('Enter')
  await page.getByText('No boards yet').waitFor()
  assert.deepEqual(faults, [])
  await close()
})
