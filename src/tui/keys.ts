/** One table of keys: it feeds the handler, the footer and the help, so that they cannot disagree. */
import type { Key } from 'ink';
import type { Theme } from './theme.ts';

export type Action =
  | 'up'
  | 'down'
  | 'page-up'
  | 'page-down'
  | 'first'
  | 'last'
  | 'open'
  | 'unfold'
  | 'fold'
  | 'back'
  | 'next-tab'
  | 'next-host'
  | 'previous-host'
  | 'help'
  | 'quit'
  | 'interrupt'
  | 'detach'
  | 'stop'
  | 'stay'
  | 'close'
  | 'filter'
  | 'group'
  | 'sort'
  | 'jump'
  | 'clear'
  | 'mark'
  | 'mark-range'
  | 'mark-shown'
  | 'unmark'
  | 'palette'
  | 'pause'
  | 'columns'
  | 'toggle'
  | 'copy'
  | 'copy-json'
  | 'export'
  | 'pager'
  | 'editor'
  | 'freeze'
  | 'rescan'
  | 'ask'
  | 'copy-command'
  | 'sites'
  | 'patches'
  | 'runs'
  | 'log'
  | 'doctor'
  | 'detail'
  | 'detail-up'
  | 'detail-down'
  | 'cause'
  | 'next-cause'
  | 'previous-cause'
  | 'keep'
  | 'undo'
  | 'complete'
  | 'recall'
  | 'choose'
  | 'more';

/** Who gets a key: the screen, or the box that lies on it. */
export type Focus =
  | Screen
  | 'help'
  | 'leaving'
  | 'filter'
  | 'grouping'
  | 'sorting'
  | 'exporting'
  | 'columns'
  | 'rescanning'
  | 'palette';

/** The table, or what lies over it. */
export const SCREENS = [
  'table',
  'host',
  'cause',
  'sites',
  'patches',
  'runs',
  'log',
  'doctor',
] as const;
export type Screen = (typeof SCREENS)[number];

export interface Binding {
  readonly action: Action;
  /** Names as `keyNames` gives them. */
  readonly keys: readonly string[];
  /** How many keys of one kind are written: `1-9`. */
  readonly shownAs?: string;
  readonly focus: readonly Focus[];
  readonly isInFooter?: true;
}

const PAGES = SCREENS.filter((each) => each !== 'table');
/** Where things are listed that can be opened. */
const LISTS: readonly Focus[] = ['table', 'cause', 'sites', 'patches', 'runs', 'log'];
const HOSTS: readonly Focus[] = ['table', 'host', 'cause'];
const PICKERS: readonly Focus[] = ['grouping', 'sorting', 'exporting', 'columns'];
const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

export const BINDINGS: readonly Binding[] = [
  { action: 'open', keys: ['enter'], focus: LISTS, isInFooter: true },
  { action: 'back', keys: ['esc', 'left', 'h'], focus: PAGES, isInFooter: true },
  { action: 'next-tab', keys: ['tab'], focus: ['host'], isInFooter: true },
  { action: 'next-host', keys: ['n'], focus: ['host'], isInFooter: true },
  { action: 'previous-host', keys: ['p'], focus: ['host'], isInFooter: true },
  { action: 'next-cause', keys: ['n'], focus: ['cause'], isInFooter: true },
  { action: 'previous-cause', keys: ['p'], focus: ['cause'], isInFooter: true },
  { action: 'filter', keys: ['/'], focus: ['table'], isInFooter: true },
  { action: 'group', keys: ['g'], focus: ['table'], isInFooter: true },
  { action: 'sort', keys: ['s'], focus: ['table'], isInFooter: true },
  { action: 'mark', keys: ['space'], focus: HOSTS, isInFooter: true },
  { action: 'cause', keys: ['e'], focus: ['table', 'host'], isInFooter: true },
  { action: 'palette', keys: [':'], focus: SCREENS, isInFooter: true },
  { action: 'unfold', keys: ['right', 'l'], focus: ['table'], isInFooter: true },
  { action: 'fold', keys: ['left', 'h'], focus: ['table'], isInFooter: true },
  { action: 'jump', keys: DIGITS, shownAs: '1-9', focus: ['table'] },
  { action: 'next-host', keys: ['n'], focus: ['table'] },
  { action: 'previous-host', keys: ['p'], focus: ['table'] },
  { action: 'mark-range', keys: ['V'], focus: ['table'] },
  { action: 'mark-shown', keys: ['*'], focus: ['table', 'cause'] },
  { action: 'unmark', keys: ['u'], focus: HOSTS },
  { action: 'detail', keys: ['v'], focus: ['table'] },
  { action: 'detail-down', keys: ['ctrl-d'], focus: ['table'] },
  { action: 'detail-up', keys: ['ctrl-u'], focus: ['table'] },
  { action: 'columns', keys: ['c'], focus: ['table'] },
  { action: 'freeze', keys: ['f'], focus: ['table'] },
  { action: 'export', keys: ['x'], focus: HOSTS },
  { action: 'copy', keys: ['y'], focus: SCREENS },
  { action: 'copy-json', keys: ['Y'], focus: HOSTS },
  { action: 'pager', keys: ['o'], focus: SCREENS },
  { action: 'editor', keys: ['E'], focus: SCREENS },
  { action: 'rescan', keys: ['r'], focus: HOSTS },
  { action: 'sites', keys: ['S'], focus: SCREENS },
  { action: 'patches', keys: ['P'], focus: SCREENS },
  { action: 'runs', keys: ['R'], focus: SCREENS },
  { action: 'log', keys: ['L'], focus: SCREENS },
  { action: 'doctor', keys: ['D'], focus: SCREENS },
  { action: 'clear', keys: ['esc'], focus: ['table'] },
  { action: 'keep', keys: ['enter'], focus: ['filter'], isInFooter: true },
  { action: 'complete', keys: ['tab'], focus: ['filter'], isInFooter: true },
  { action: 'recall', keys: ['up'], focus: ['filter'], isInFooter: true },
  { action: 'undo', keys: ['esc'], focus: ['filter'], isInFooter: true },
  { action: 'choose', keys: ['enter', 'g'], focus: ['grouping'], isInFooter: true },
  { action: 'choose', keys: ['enter', 's'], focus: ['sorting'], isInFooter: true },
  { action: 'choose', keys: ['enter', 'x'], focus: ['exporting'], isInFooter: true },
  { action: 'toggle', keys: ['space', 'enter'], focus: ['columns'], isInFooter: true },
  { action: 'choose', keys: ['enter', 'tab'], focus: ['palette'], isInFooter: true },
  { action: 'up', keys: ['up', 'k'], focus: [...SCREENS, ...PICKERS] },
  { action: 'down', keys: ['down', 'j'], focus: [...SCREENS, ...PICKERS] },
  { action: 'up', keys: ['up'], focus: ['palette'], isInFooter: true },
  { action: 'down', keys: ['down'], focus: ['palette'], isInFooter: true },
  { action: 'page-up', keys: ['pgup'], focus: SCREENS },
  { action: 'page-down', keys: ['pgdn'], focus: SCREENS },
  { action: 'first', keys: ['home'], focus: SCREENS },
  { action: 'last', keys: ['end'], focus: SCREENS },
  { action: 'help', keys: ['?'], focus: SCREENS, isInFooter: true },
  { action: 'quit', keys: ['q'], focus: [...SCREENS, 'help'], isInFooter: true },
  { action: 'ask', keys: ['enter'], focus: ['rescanning'], isInFooter: true },
  { action: 'copy-command', keys: ['y'], focus: ['rescanning'], isInFooter: true },
  { action: 'detach', keys: ['l'], focus: ['leaving'] },
  { action: 'stop', keys: ['s'], focus: ['leaving'] },
  { action: 'more', keys: ['space', 'down', 'j', 'pgdn'], focus: ['help'], isInFooter: true },
  { action: 'close', keys: ['esc', '?'], focus: ['help'], isInFooter: true },
  { action: 'close', keys: ['c'], focus: ['columns'] },
  {
    action: 'close',
    keys: ['esc'],
    focus: [...PICKERS, 'palette', 'rescanning'],
    isInFooter: true,
  },
  { action: 'stay', keys: ['esc'], focus: ['leaving'], isInFooter: true },
  {
    action: 'pause',
    keys: ['ctrl-z'],
    focus: [...SCREENS, ...PICKERS, 'help', 'leaving', 'filter', 'palette', 'rescanning'],
  },
  {
    action: 'interrupt',
    keys: ['ctrl-c'],
    focus: [...SCREENS, ...PICKERS, 'help', 'leaving', 'filter', 'palette', 'rescanning'],
  },
];

/** What a key means where it is pressed; undefined when nothing. */
export function actionOf(key: string, focus: Focus): Action | undefined {
  return BINDINGS.find((each) => each.focus.includes(focus) && each.keys.includes(key))?.action;
}

const NAMED: readonly (readonly [keyof Key, string])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pgup'],
  ['pageDown', 'pgdn'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'esc'],
  ['tab', 'tab'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
];

/** Keys that are characters, where they come in one piece with others. */
const CHARACTERS: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\b': 'backspace',
  '\u007f': 'backspace',
  ' ': 'space',
};

/** The names of the keys that Ink reports: a slow line brings several letters in one piece. */
export function keyNames(input: string, key: Key): readonly string[] {
  const named = NAMED.find(([property]) => key[property] === true);
  if (named !== undefined) return [named[1]];
  if (key.ctrl) return [`ctrl-${input}`];
  return Array.from(input, (character) => CHARACTERS[character] ?? heldDown(character));
}

/** Ctrl-C and its like, where they come in one piece with others: the first of them are the letters' numbers. */
function heldDown(character: string): string {
  const code = character.charCodeAt(0);
  return code >= 1 && code <= 26 ? `ctrl-${String.fromCharCode(code + 96)}` : character;
}

/** How a key is written on the screen. */
export function keySign(key: string, theme: Theme): string {
  const arrow = ['up', 'down', 'left', 'right'].indexOf(key);
  if (arrow >= 0) return theme.signs.arrows[arrow] ?? key;
  if (key === 'enter') return theme.signs.enter;
  const written: Readonly<Record<string, string>> = {
    pgup: 'PgUp',
    pgdn: 'PgDn',
    home: 'Home',
    end: 'End',
    space: theme.signs.space,
    tab: 'Tab',
    'ctrl-c': 'Ctrl-C',
    'ctrl-d': 'Ctrl-D',
    'ctrl-u': 'Ctrl-U',
    'ctrl-z': 'Ctrl-Z',
  };
  return written[key] ?? key;
}
