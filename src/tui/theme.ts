/**
 * How the console shows and says things: tokens to colours, statuses to symbols, words in one language. Symbol and word
 * carry the meaning, colour only helps: no two states differ by red and green. The escape codes are our own, because
 * Ink's colour library drops even the inverse of the cursor row when it is told not to colour.
 */
import type { Language } from '../core/entry.ts';
import { asciiOnly, printable } from '../core/printable.ts';
import type { Status } from '../core/verdict.ts';
import { CUT } from '../core/width.ts';
import type { ThemeName } from './theme-names.ts';
import { WORDS, type Words } from './words.ts';

export type Token =
  | 'bad'
  | 'warn'
  | 'lost'
  | 'info'
  | 'accent'
  | 'quiet'
  | 'strong'
  | 'banner'
  | 'chosen';

/** Begin and end of a style, as parameters of SGR. */
type Style = readonly [begin: string, end: string];

type Styles = Readonly<Partial<Record<Token, Style>>>;

const BOLD: Style = ['1', '22'];
const INVERSE: Style = ['7', '27'];
const DIM: Style = ['2', '22'];

/** The terminal's own 16 colours, as its user has chosen them. */
const AUTO: Styles = {
  bad: ['1;31', '22;39'],
  warn: ['33', '39'],
  lost: ['1;35', '22;39'],
  info: ['34', '39'],
  accent: ['36', '39'],
  quiet: DIM,
  strong: BOLD,
  banner: ['1;7', '22;27'],
  chosen: INVERSE,
};

const colour = (number: number): Style => [`38;5;${number}`, '39'];
const bold = (number: number): Style => [`1;38;5;${number}`, '22;39'];

/** Light colours for a dark paper, of the 256 that terminals agree on. */
const DARK: Styles = {
  ...AUTO,
  bad: bold(210),
  warn: colour(222),
  lost: bold(176),
  info: colour(111),
  accent: colour(80),
  quiet: colour(248),
};

/** Dark colours for a light paper. */
const LIGHT: Styles = {
  ...AUTO,
  bad: bold(124),
  warn: colour(94),
  lost: bold(90),
  info: colour(19),
  accent: colour(24),
  quiet: colour(240),
};

/** Nothing dim, nothing that only a colour says. */
const CONTRAST: Styles = {
  bad: ['1;91', '22;39'],
  warn: ['1;93', '22;39'],
  lost: ['1;95', '22;39'],
  info: ['1;94', '22;39'],
  accent: ['1;4', '22;24'],
  strong: BOLD,
  banner: ['1;7', '22;27'],
  chosen: ['1;7', '22;27'],
};

const MONO: Styles = {
  bad: BOLD,
  lost: BOLD,
  strong: BOLD,
  banner: ['1;7', '22;27'],
  chosen: INVERSE,
};

const STYLES: Readonly<Record<ThemeName, Styles>> = {
  auto: AUTO,
  dark: DARK,
  light: LIGHT,
  contrast: CONTRAST,
  mono: MONO,
};

export interface Signs {
  readonly recurring: string;
  readonly queued: string;
  readonly contacting: string;
  readonly collecting: string;
  readonly cursor: string;
  readonly folded: string;
  readonly unfolded: string;
  readonly crumb: string;
  /** The progress bar: done, its end, still to do. */
  readonly done: string;
  readonly half: string;
  readonly rest: string;
  readonly upright: string;
  /** Top left, top right, bottom left, bottom right. */
  readonly corners: readonly [string, string, string, string];
  readonly cut: string;
  readonly enter: string;
  readonly space: string;
  /** Where the next letter goes. */
  readonly caret: string;
  /** Beside a host that the user marked. */
  readonly mark: string;
  /** Up, down, left, right. */
  readonly arrows: readonly [string, string, string, string];
}

/** One column wide in every locale, `▌` and the lines apart. */
const SIGNS: Signs = {
  recurring: '⚑',
  queued: '◦',
  contacting: '›',
  collecting: '»',
  cursor: '▌',
  folded: '▸',
  unfolded: '▾',
  crumb: '›',
  done: '━',
  half: '╸',
  rest: '─',
  upright: '│',
  corners: ['┌', '┐', '└', '┘'],
  cut: CUT,
  enter: '↵',
  space: '␣',
  caret: '▏',
  mark: '✱',
  arrows: ['↑', '↓', '←', '→'],
};

const ASCII_SIGNS: Signs = {
  recurring: '*',
  queued: '.',
  contacting: '-',
  collecting: '=',
  cursor: '>',
  folded: '+',
  unfolded: '-',
  crumb: '>',
  done: '=',
  half: '>',
  rest: '-',
  upright: '|',
  corners: ['+', '+', '+', '+'],
  cut: '~',
  enter: 'Enter',
  space: 'Space',
  caret: '|',
  mark: '@',
  arrows: ['up', 'down', 'left', 'right'],
};

interface StatusLook {
  readonly sign: string;
  readonly ascii: string;
  readonly token: Token;
}

const STATUS: Readonly<Record<Status, StatusLook>> = {
  ok: { sign: '✓', ascii: '+', token: 'quiet' },
  failing: { sign: '✗', ascii: 'x', token: 'bad' },
  'scan-failing': { sign: '✗', ascii: 'x', token: 'bad' },
  'reboot-required': { sign: '↻', ascii: 'R', token: 'warn' },
  blocked: { sign: '⊘', ascii: '#', token: 'lost' },
  waiting: { sign: '↷', ascii: 'w', token: 'quiet' },
  unmanaged: { sign: '∅', ascii: '0', token: 'info' },
  'no-data': { sign: '?', ascii: '?', token: 'warn' },
  unreachable: { sign: '!', ascii: '!', token: 'lost' },
  skipped: { sign: '⊖', ascii: 's', token: 'quiet' },
};

export interface Theme {
  readonly language: Language;
  readonly words: Words;
  readonly signs: Signs;
  readonly status: (status: Status) => { readonly sign: string; readonly token: Token };
  readonly paint: (token: Token, text: string) => string;
  /** Text from hosts, files and users, made harmless for this terminal. */
  readonly clean: (text: string) => string;
}

export function createTheme(options: {
  readonly hasColor: boolean;
  readonly isAscii: boolean;
  readonly themeName?: ThemeName;
  readonly language?: Language;
}): Theme {
  // What can draw ASCII alone can show no other.
  const language = options.isAscii ? 'en' : (options.language ?? 'en');
  const styles = options.hasColor ? STYLES[options.themeName ?? 'auto'] : MONO;
  return {
    language,
    words: WORDS[language],
    signs: options.isAscii ? ASCII_SIGNS : SIGNS,
    status(status) {
      const { sign, ascii, token } = STATUS[status];
      return { sign: options.isAscii ? ascii : sign, token };
    },
    paint(token, text) {
      const style: Style | undefined = styles[token];
      return style === undefined ? text : `\u001b[${style[0]}m${text}\u001b[${style[1]}m`;
    },
    clean: options.isAscii ? asciiOnly : printable,
  };
}
