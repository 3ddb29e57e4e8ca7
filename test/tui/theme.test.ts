import { eastAsianWidthType } from 'get-east-asian-width';
import { expect, test } from 'vitest';
import type { Status } from '../../src/core/verdict.ts';
import { CUT, widthOf } from '../../src/core/width.ts';
import { hasColor, isAscii } from '../../src/tui/manners.ts';
import { createTheme } from '../../src/tui/theme.ts';

const STATUSES: readonly Status[] = [
  'ok',
  'failing',
  'scan-failing',
  'reboot-required',
  'blocked',
  'waiting',
  'unmanaged',
  'no-data',
  'unreachable',
  'skipped',
];

test('signs with text to their right are one column wide in every locale', () => {
  const { signs, status } = createTheme({ hasColor: true, isAscii: false });
  const { recurring, queued, contacting, collecting, folded, unfolded } = signs;
  const shown = [recurring, queued, contacting, collecting, folded, unfolded, CUT];
  for (const sign of [...shown, ...STATUSES.map((each) => status(each).sign)]) {
    expect(eastAsianWidthType(sign.codePointAt(0) ?? 0)).toMatch(/neutral|narrow/u);
    expect(widthOf(sign)).toBe(1);
  }
});

test('two statuses share a sign only where one is a kind of the other', () => {
  for (const isAscii of [true, false]) {
    const { status } = createTheme({ hasColor: true, isAscii });
    const signs = STATUSES.filter((each) => each !== 'scan-failing').map(
      (each) => status(each).sign,
    );
    expect(new Set(signs).size).toBe(signs.length);
  }
});

test.each([
  ['NO_COLOR wins', { NO_COLOR: '1', TERM: 'xterm' }, false],
  ['an empty NO_COLOR says nothing', { NO_COLOR: '', TERM: 'xterm' }, true],
  ['a dumb terminal has no colour', { TERM: 'dumb' }, false],
  ['else there is colour', { TERM: 'xterm-256color' }, true],
])('%s', (_, env, expected) => {
  expect(hasColor(env)).toBe(expected);
});

test.each([
  ['a UTF-8 locale', { LANG: 'it_IT.UTF-8' }, false],
  ['utf8 without a hyphen', { LC_ALL: 'C.utf8', LANG: 'C' }, false],
  ['no locale at all', {}, false],
  ['the C locale', { LC_ALL: 'C', LANG: 'it_IT.UTF-8' }, true],
  ['a Latin-1 locale', { LANG: 'de_DE.ISO-8859-1' }, true],
  ['the Linux console', { TERM: 'linux', LANG: 'it_IT.UTF-8' }, true],
])('%s: ASCII only is %s', (_, env, expected) => {
  expect(isAscii(env)).toBe(expected);
});
