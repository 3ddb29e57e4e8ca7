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
  | 'close';

/** Who gets a key: the screen, or the box that lies on it. */
export type Focus = 'causes' | 'host' | 'help' | 'leaving';

export interface Binding {
  readonly action: Action;
  /** Names as `keyNames` gives them; the first two are shown. */
  readonly keys: readonly string[];
  readonly focus: readonly Focus[];
  readonly isInFooter?: true;
}

const SCREENS: readonly Focus[] = ['causes', 'host'];

export const BINDINGS: readonly Binding[] = [
  { action: 'open', keys: ['enter'], focus: ['causes'], isInFooter: true },
  { action: 'unfold', keys: ['right', 'l'], focus: ['causes'], isInFooter: true },
  { action: 'fold', keys: ['left', 'h'], focus: ['causes'], isInFooter: true },
  { action: 'back', keys: ['esc', 'left', 'h'], focus: ['host'], isInFooter: true },
  { action: 'next-tab', keys: ['tab'], focus: ['host'], isInFooter: true },
  { action: 'next-host', keys: ['n'], focus: ['host'], isInFooter: true },
  { action: 'previous-host', keys: ['p'], focus: ['host'], isInFooter: true },
  { action: 'up', keys: ['up', 'k'], focus: SCREENS },
  { action: 'down', keys: ['down', 'j'], focus: SCREENS },
  { action: 'page-up', keys: ['pgup'], focus: SCREENS },
  { action: 'page-down', keys: ['pgdn'], focus: SCREENS },
  { action: 'first', keys: ['home'], focus: SCREENS },
  { action: 'last', keys: ['end'], focus: SCREENS },
  { action: 'help', keys: ['?'], focus: SCREENS, isInFooter: true },
  { action: 'quit', keys: ['q'], focus: [...SCREENS, 'help'], isInFooter: true },
  { action: 'detach', keys: ['l'], focus: ['leaving'] },
  { action: 'stop', keys: ['s'], focus: ['leaving'] },
  { action: 'close', keys: ['esc', '?'], focus: ['help'], isInFooter: true },
  { action: 'stay', keys: ['esc'], focus: ['leaving'], isInFooter: true },
  { action: 'interrupt', keys: ['ctrl-c'], focus: [...SCREENS, 'help', 'leaving'] },
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
];

/** The names of the keys that Ink reports: a slow line brings several letters in one piece. */
export function keyNames(input: string, key: Key): readonly string[] {
  const named = NAMED.find(([property]) => key[property] === true);
  if (named !== undefined) return [named[1]];
  return key.ctrl ? [`ctrl-${input}`] : Array.from(input);
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
    tab: 'Tab',
    'ctrl-c': 'Ctrl-C',
  };
  return written[key] ?? key;
}
