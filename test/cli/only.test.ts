/** `scan --only WHAT --from RUN`: the program as a user meets it. Needs the build. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ScanDocument } from '../../src/outputs/scan-document.ts';
import { door, inventoryOf } from '../support/doors.ts';
import { temporaryFolder } from '../support/folder.ts';
import { program, type Ended } from '../support/program.ts';

/** A run over two hosts that do not let us in and one that is left out, and the way to ask for more. */
async function fleet() {
  const doors = await Promise.all(['ws-1', 'ws-2', 'ws-3'].map((name) => door(name, true)));
  const state = temporaryFolder();
  const inventory = join(temporaryFolder(), 'fleet.yaml');
  const text = inventoryOf(doors).replace('{ name: ws-3,', '{ name: ws-3, transport: bundle,');
  writeFileSync(inventory, text);
  const env = { TEST_PW: 'x', PATCHWHY_STATE: state };
  const run = (...words: string[]): Promise<Ended> => program(words, { env });
  const first = await run('scan', '-i', inventory, '--json');
  return { doors, inventory, run, first: resultOf(first) };
}

function resultOf({ stdout }: Ended): ScanDocument {
  return JSON.parse(stdout) as ScanDocument;
}

function namesIn(ended: Ended): unknown[] {
  return resultOf(ended).hosts.map((host) => host['name']);
}

describe('the hosts of an earlier run', () => {
  test.each([
    ['unreachable', ['ws-1', 'ws-2']],
    ['skipped', ['ws-3']],
    ['cause:contact-refused', ['ws-1', 'ws-2']],
  ])('that were %s are asked again, found by the inventory of that run', async (only, names) => {
    const { run } = await fleet();
    expect(namesIn(await run('scan', '--only', only, '--from', 'last', '--json'))).toEqual(names);
  });

  test('are narrowed by patterns, and named by the id of the run', async () => {
    const { run, first } = await fleet();
    const words = ['--only', 'unreachable', '--from', first.run.id, '-l', '!ws-1', '--json'];
    expect(namesIn(await run('scan', ...words))).toEqual(['ws-2']);
  });

  test('are compared with how they were', async () => {
    const { run, first } = await fleet();
    const { stderr } = await run('scan', '--only', 'cause:contact-refused', '--json');
    const words = `held up by contact-refused in run ${first.run.id}`;
    expect(stderr).toContain(`of 2 hosts ${words}: 0 cured, 2 the same`);
  });

  test('that are gone from the inventory are told', async () => {
    const { run, inventory, doors } = await fleet();
    writeFileSync(inventory, inventoryOf(doors.slice(0, 1)));
    const ended = await run('scan', '--only', 'unreachable', '--json');
    expect(namesIn(ended)).toEqual(['ws-1']);
    expect(ended.stderr).toContain('no longer in the inventory: ws-2');
  });

  test('given by name are asked by name', async () => {
    const { run } = await fleet();
    await run('scan', 'nobody.invalid', '--user', 'u', '--password', 'env:TEST_PW');
    const words = ['--only', 'unreachable', '--password', 'env:TEST_PW', '--json'];
    expect(namesIn(await run('scan', ...words))).toEqual(['nobody.invalid']);
  });
});

test('where no host came to it, nobody is asked, nothing is stored and all is well', async () => {
  const { run, first, doors } = await fleet();
  const before = doors.map((one) => one.asked());
  const ended = await run('scan', '--only', 'failed', '--plain');
  expect(ended.code).toBe(0);
  expect(ended.stderr).toContain(`no host was failed in run ${first.run.id}`);
  expect(doors.map((one) => one.asked())).toEqual(before);
  const next = resultOf(await run('scan', '--only', 'skipped', '--from', 'last', '--json'));
  expect(next.hosts.map((host) => host['name'])).toEqual(['ws-3']);
});

describe('wrong use', () => {
  test.each([
    [['--only', 'broken'], /--only does not know "broken"/],
    [['--only', 'cause:disk-ful'], /there is no cause "disk-ful"/],
    [['--only', 'failed', '--from', 'yesterday'], /there is no run "yesterday"/],
    [['--from', 'last'], /--from says nothing without --only/],
    [['--only', 'failed', '--evidence', 'x'], /--evidence/],
  ])('%j ends with 2 before any contact', async (words, message) => {
    const { run } = await fleet();
    const { code, stdout, stderr } = await run('scan', ...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
