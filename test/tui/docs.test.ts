/** The handbook's table of keys is the one that the console obeys. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BINDINGS, keySign, SCREENS } from '../../src/tui/keys.ts';
import { createTheme } from '../../src/tui/theme.ts';

test('docs/console.md has every key of every screen', () => {
  const theme = createTheme({ hasColor: false, isAscii: true });
  const rows = BINDINGS.filter(({ focus }) => SCREENS.some((screen) => focus.includes(screen)))
    .filter(({ keys }) => keys.length > 0)
    .map(({ keys, shownAs, action, focus }) => {
      const signs = shownAs ?? keys.map((key) => keySign(key, theme)).join(' ');
      const where = SCREENS.filter((screen) => focus.includes(screen));
      const on = where.length === SCREENS.length ? 'everywhere' : where.join(', ');
      return `| \`${signs}\` | ${theme.words.actions[action]} | ${on} |`;
    });
  const table = ['| key | what it does | where |', '|---|---|---|', ...rows].join('\n');
  expect(readFileSync('docs/console.md', 'utf8')).toContain(`\n${table}\n`);
});
