import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Evidence } from '../../src/core/look.ts';
import { importedFolder, keepImported } from '../../src/store/imported.ts';
import { temporaryFolder } from '../support/folder.ts';

const evidence = (host: string, collectedAt: string): Evidence => ({
  schema: 'evidence/1',
  host,
  collectedAt,
});
const [OLD, NEW] = ['2026-11-20T06:00:00Z', '2026-11-24T06:00:00Z'];

function keptIn(state: string): Evidence[] {
  const folder = importedFolder(state);
  return readdirSync(folder).map(
    (name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Evidence,
  );
}

test('the newest document of a host stays, whatever the case of its name', async () => {
  const state = temporaryFolder();
  await keepImported(state, evidence('PLC-07', OLD));
  expect(await keepImported(state, evidence('plc-07', NEW))).toBeUndefined();
  expect(await keepImported(state, evidence('PLC-07', OLD))).toBe(NEW);
  expect(keptIn(state)).toEqual([evidence('plc-07', NEW)]);
});

test('times are compared as times, not as texts', async () => {
  const state = temporaryFolder();
  await keepImported(state, evidence('a', '2026-11-24T06:00:00.500Z'));
  expect(await keepImported(state, evidence('a', '2026-11-24T06:00:00Z'))).toBe(
    '2026-11-24T06:00:00.500Z',
  );
});

test('one from a clock that runs ahead stands against none that comes after it', async () => {
  const state = temporaryFolder();
  const now = new Date(NEW);
  await keepImported(state, evidence('a', '2035-01-01T00:00:00Z'), now);
  expect(await keepImported(state, evidence('a', OLD), now)).toBeUndefined();
  expect(keptIn(state)).toEqual([evidence('a', OLD)]);
});

test('one that cannot be read gives way', async () => {
  const state = temporaryFolder();
  await keepImported(state, evidence('a', NEW));
  const [name = ''] = readdirSync(importedFolder(state));
  writeFileSync(join(importedFolder(state), name), '{"coll');
  await keepImported(state, evidence('a', OLD));
  expect(keptIn(state)).toEqual([evidence('a', OLD)]);
});

test.each(['../../x', 'con', '..', 'a/b\\c', 'x'.repeat(300), 'плк', '\u001b[2J'])(
  'a host called %j has a file of its own in the folder, for the user alone',
  async (name) => {
    const state = temporaryFolder();
    mkdirSync(importedFolder(state), { mode: 0o700 });
    await keepImported(state, evidence(name, NEW));
    await keepImported(state, evidence(`${name}2`, NEW));
    const files = readdirSync(importedFolder(state));
    expect(files).toHaveLength(2);
    expect(files.join(' ')).toMatch(/^[a-z0-9.-]+ [a-z0-9.-]+$/);
    expect(statSync(join(importedFolder(state), files[0] ?? '')).mode & 0o777).toBe(0o600);
  },
);
