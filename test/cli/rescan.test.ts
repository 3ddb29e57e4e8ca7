/** Asking hosts again from the console: whom, by what, and that the run before stays. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { hostId } from '../../src/core/host.ts';
import { loadRules } from '../../src/cli/own-rules.ts';
import { rescan } from '../../src/cli/rescan.ts';
import type { Presentation } from '../../src/cli/run.ts';
import { findRun, newestFirst } from '../../src/cli/stored-run.ts';
import { RESULT_FILE } from '../../src/store/archive.ts';
import { takeRunLock } from '../../src/store/run-lock.ts';
import { door, inventoryOf } from '../support/doors.ts';
import { temporaryFolder } from '../support/folder.ts';
import { program } from '../support/program.ts';
import { typed } from '../support/terminal.ts';

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation((_chunk, ...rest: unknown[]) => {
    const done = rest.find((each) => typeof each === 'function');
    if (done !== undefined) (done as () => void)();
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const shown = (remembers = true): Presentation => ({
  format: 'live',
  title: 'fleet',
  rules: loadRules([]),
  remembers,
  language: 'en',
  isAscii: false,
  hasColor: false,
  verbose: 0,
  auditTouch: false,
});

async function stored() {
  const doors = await Promise.all(['ws-1', 'ws-2', 'ws-3'].map((name) => door(name, true)));
  const state = temporaryFolder();
  const inventory = join(temporaryFolder(), 'fleet.yaml');
  await writeFile(inventory, inventoryOf(doors));
  vi.stubEnv('PATCHWHY_STATE', state);
  vi.stubEnv('TEST_PW', 'x');
  const env = { TEST_PW: 'x', PATCHWHY_STATE: state };
  await program(['scan', '-i', inventory, '--timeout', '20s', '--json'], { env });
  return { doors, state, inventory, before: await findRun('last') };
}

test('exactly the chosen hosts are asked, with the flags of before, as a run of their own', async () => {
  const { before } = await stored();
  const result = join(before.folder, RESULT_FILE);
  const then = await readFile(result, 'utf8');
  await rescan(before.run, [hostId('ws-3'), hostId('ws-1')], shown());
  const { run, asked } = await findRun('last');
  expect(run.id).not.toBe(before.run.id);
  expect(asked).toMatchObject({ hosts: ['ws-1', 'ws-3'], flags: { timeout: '20s' } });
  expect(await readFile(result, 'utf8')).toBe(then);
  expect(await newestFirst()).toHaveLength(2);
});

test('a fleet that another run has locked is not asked', async () => {
  const { before, state, inventory } = await stored();
  const lock = await takeRunLock(state, inventory);
  await expect(rescan(before.run, [hostId('ws-1')], shown())).rejects.toMatchObject({
    code: 'run.locked',
  });
  lock.release();
  expect(await newestFirst()).toHaveLength(1);
});

test('a run that was not stored says what to type instead', async () => {
  const { before } = await stored();
  await expect(rescan(before.run, [hostId('ws-1')], shown(false))).rejects.toMatchObject({
    code: 'rescan.not-stored',
  });
});

test('at a real terminal a password is asked for once again, and the second screen shows the second look', async () => {
  const doors = await Promise.all(['ws-1', 'ws-2'].map((name) => door(name, true)));
  const state = temporaryFolder();
  const inventory = join(temporaryFolder(), 'fleet.yaml');
  await writeFile(inventory, inventoryOf(doors).replace('env:TEST_PW', 'prompt'));
  const screen = await typed(`scan -i ${inventory}`, { PATCHWHY_STATE: state }, [
    ['Password of', 'one\r'],
    ['done in', '\rj r'],
    ['ask 1 host again?', '\r'],
    ['Password of', 'two\r'],
    ['done in', 'q'],
  ]);
  expect(screen).toContain('fleet.yaml: 2 hosts');
  expect(screen).toContain('fleet.yaml: 1 host,');
  expect(doors.map((each) => each.asked())).toEqual([2, 1]);
});
