const COMMAND = /Mac|iP(hone|ad)/.test(navigator.platform) ? '⌘' : 'Ctrl'

/** All keys of the page, in the order of the dialog. Translations are below `keys` in the catalogs. */
export const KEY_GROUPS = [
  {
    title: 'keys.everywhere',
    keys: [
      [['/'], 'keys.focusPrompt'],
      [['?'], 'keys.list'],
      [['Esc'], 'keys.back'],
    ],
  },
  {
    title: 'keys.create',
    keys: [
      [[COMMAND, 'Enter'], 'keys.submit'],
      [[COMMAND, 'Z'], 'keys.undoImport'],
    ],
  },
  {
    title: 'keys.image',
    keys: [
      [['←', '→'], 'keys.walk'],
      [['Enter'], 'keys.open'],
      [['C'], 'keys.compare'],
      [['F'], 'keys.fullScreen'],
      [['H'], 'keys.favorite'],
      [['I'], 'keys.details'],
      [['+', '−', '0'], 'keys.zoom'],
      [['Delete'], 'keys.trash'],
    ],
  },
  {
    title: 'keys.library',
    keys: [
      [['←', '→', '↑', '↓'], 'keys.walk'],
      [[COMMAND, 'A'], 'keys.selectAll'],
      [['Esc'], 'keys.clearSelection'],
      [['Delete'], 'keys.trashSelection'],
    ],
  },
] as const
