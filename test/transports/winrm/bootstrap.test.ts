import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { bootstrap } from '../../../src/transports/winrm/bootstrap.ts';

const line = fc
  .string({ unit: 'grapheme', maxLength: 4000 })
  .map((text) => text.replace(/[\r\n]/g, ' '));

test('the parts joined are the script, and none is longer than 8,000 characters', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12, size: 'max' }), (lines) => {
      const { variables } = bootstrap(lines.join('\r\n'));
      const parts = Object.values(variables);
      expect(parts.join('\n')).toBe(lines.join('\n'));
      expect(Math.max(...parts.map((part) => part.length))).toBeLessThanOrEqual(8000);
    }),
  );
});

test('the command line is short, by full path, and joins the variables in plain PowerShell', () => {
  const script = Array.from({ length: 30 }, () => 'x'.repeat(990)).join('\n');
  const { variables, commandLine } = bootstrap(script);
  expect(Object.keys(variables)).toEqual(['PATCHWHY_1', 'PATCHWHY_2', 'PATCHWHY_3', 'PATCHWHY_4']);
  expect(commandLine.length).toBeLessThan(2000);
  const [path, ...options] = commandLine.split(' ');
  expect(path).toBe(String.raw`%SystemRoot%\System32\WindowsPowerShell\v1.0\powershell.exe`);
  expect(options.slice(0, -1).join(' ')).toBe(
    '-NoProfile -NonInteractive -OutputFormat Text -EncodedCommand',
  );
  expect(Buffer.from(options.at(-1) ?? '', 'base64').toString('utf16le')).toBe(
    "$ProgressPreference = 'SilentlyContinue'\n" +
      'Invoke-Expression ($env:PATCHWHY_1, $env:PATCHWHY_2, $env:PATCHWHY_3, $env:PATCHWHY_4 -join "`n")',
  );
});

test('a line too long to be cut is a mistake of the script', () => {
  expect(() => bootstrap(`short\n${'x'.repeat(8001)}\n`)).toThrow(RangeError);
});
