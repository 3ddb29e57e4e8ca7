import { expect, test } from 'vitest';
import { evidenceLines } from '../../src/tui/evidence-lines.ts';
import { plain } from '../../src/tui/line.ts';
import { createTheme } from '../../src/tui/theme.ts';

const theme = createTheme({ hasColor: false, isAscii: false });
const shown = (text: string, width: number): string[] =>
  evidenceLines(text, width, theme).map(plain);

test('what does not fit goes on below, further in', () => {
  expect(shown('{"os":{"caption":"Windows 11 Pro for Workstations"}}', 34)).toEqual([
    '{',
    '  "os": {',
    '    "caption": "Windows 11 Pro',
    '      for Workstations"',
    '  }',
    '}',
  ]);
});

test('a document that is cut short is shown as it is', () => {
  expect(shown('{"os":{"caption":"Wind', 40)).toEqual(['{"os":{"caption":"Wind']);
});

test('no line of a document is wider than the screen, however deep it is', () => {
  const deep = `${'['.repeat(80)}"${'x'.repeat(300)}"${']'.repeat(80)}`;
  for (const line of shown(deep, 60)) expect(line.length).toBeLessThanOrEqual(60);
});
