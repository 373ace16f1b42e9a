/** Elements with their own meaning of the keys. */
const OWN_KEYS = [
  'input:not([type="checkbox"])',
  'textarea',
  'select',
  '[contenteditable]',
  '[role="menu"]',
  '[role="listbox"]',
  '[role="slider"]',
].join(',')

/** Dialogs and popovers, without toasts, which have the same role. */
const OVERLAYS = '[role="dialog"]:not([data-toast]), [role="alertdialog"]:not([data-toast])'

/** Report whether the target of a key is a field, a menu or another control that uses keys itself. */
function usesKeys(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(OWN_KEYS) !== null
}

/**
 * Report whether a key is a shortcut for a part of the page. It is not while the user types, or while
 * a dialog covers the part.
 *
 * @param container - The part of the page that the shortcut belongs to. Null: the page below all dialogs.
 */
export function acceptsKey(event: KeyboardEvent, container: Element | null = null): boolean {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return false
  if (usesKeys(event.target)) return false
  const top = [...document.querySelectorAll(OVERLAYS)].at(-1)
  return top === undefined || (container !== null && top.contains(container))
}
