import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recallSettings, rememberSettings } from '../../src/cli/console-settings.ts';
import { parseSettings, USUAL } from '../../src/tui/settings.ts';
import { temporaryFolder } from '../support/folder.ts';
import { program } from '../support/program.ts';

test('what is remembered is recalled; with nothing there, nothing is', async () => {
  const env = { PATCHWHY_CONFIG: join(temporaryFolder(), 'new', 'folder') };
  expect(recallSettings(env)).toEqual({ settings: undefined });
  const settings = { ...USUAL, columns: ['host', 'ring'], by: 'ring', kept: ['site:roma'] };
  await rememberSettings(settings, env);
  expect(recallSettings(env)).toEqual({ settings });
  expect(await readFile(join(env.PATCHWHY_CONFIG, 'console.json'), 'utf8')).toContain('console/1');
});

test.each([
  ['half a file', '{"schema":', 'no JSON'],
  ['another version', '{"schema":"patchwhy/console/9"}', 'no settings of this version'],
  ['null', 'null', 'no settings of this version'],
  ['wrong types', '{"schema":"patchwhy/console/1","by":7}', 'no settings of this version'],
])('%s is said and passed over', async (_, content, why) => {
  const folder = temporaryFolder();
  await writeFile(join(folder, 'console.json'), content);
  const { settings, problem } = recallSettings({ PATCHWHY_CONFIG: folder });
  expect(settings).toBeUndefined();
  expect(problem).toContain(`console.json: ${why}`);
});

test('a folder in the place of the file is said', async () => {
  const folder = temporaryFolder();
  await mkdir(join(folder, 'console.json'));
  expect(recallSettings({ PATCHWHY_CONFIG: folder }).problem).toContain('EISDIR');
});

test('whatever the file holds, it is settings or it is not', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(() => parseSettings(value)).not.toThrow();
    }),
  );
});

test('tui without a terminal says what to type instead', async () => {
  const { code, stderr } = await program(['tui']);
  expect(code).toBe(2);
  expect(stderr).toContain('patchwhy scan --evidence last');
});
