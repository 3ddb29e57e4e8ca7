/** Runs that were ended half-way, and what becomes of them: real processes, real kills. Needs the build. */
import { appendFileSync, readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/core/event.ts';
import type { ScanDocument } from '../../src/outputs/scan-document.ts';
import { door, inventoryOf, type Door } from '../support/doors.ts';
import { temporaryFolder } from '../support/folder.ts';
import { program, type Ended } from '../support/program.ts';

interface Fleet {
  readonly open: readonly Door[];
  readonly shut: readonly Door[];
  readonly inventory: string;
  readonly state: string;
  run(words: readonly string[], onOutput?: OnOutput): Promise<Ended>;
}

type OnOutput = (text: string, signal: (name: NodeJS.Signals) => void) => void;

/** Hosts that answer at once and hosts that keep the run waiting. */
async function fleet(): Promise<Fleet> {
  const open = await Promise.all(
    ['ws-1', 'ws-3', 'ws-5', 'ws-7', 'ws-9'].map((name) => door(name, true)),
  );
  const shut = await Promise.all(['ws-2', 'ws-4', 'ws-6'].map((name) => door(name, false)));
  const state = temporaryFolder();
  const inventory = join(temporaryFolder(), 'fleet.yaml');
  const byName = [...open, ...shut].toSorted((a, b) => a.name.localeCompare(b.name));
  writeFileSync(inventory, inventoryOf(byName));
  const env = { TEST_PW: 'not-a-secret', PATCHWHY_STATE: state };
  return {
    open,
    shut,
    inventory,
    state,
    run: (words, onOutput) => program(words, { env, ...(onOutput && { onOutput }) }),
  };
}

function folderOf({ state }: Fleet): string {
  const [run = ''] = readdirSync(join(state, 'runs'));
  return join(state, 'runs', run);
}

function documentsOf(each: Fleet): string[] {
  const text = readFileSync(join(folderOf(each), 'evidence.ndjson'), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { host: string }).host);
}

function doneIn(jsonl: string): string[] {
  return jsonl
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as RunEvent)
    .flatMap((event) => (event.type === 'host.done' ? [event.host] : []));
}

/** Runs until all open doors have answered, then ends it with a signal that nobody can catch. */
async function killed(each: Fleet, words: readonly string[] = []): Promise<string[]> {
  const scan = ['scan', '-i', each.inventory, '--jsonl', ...words];
  const { stdout } = await each.run(scan, (text, signal) => {
    if (doneIn(text).length === each.open.length) signal('SIGKILL');
  });
  return doneIn(stdout);
}

function resultOf({ stdout }: Ended): ScanDocument {
  return JSON.parse(stdout) as ScanDocument;
}

describe('a run that was killed', () => {
  test('has every host on disk that it had told as done', async () => {
    const each = await fleet();
    const told = await killed(each);
    expect(told.toSorted()).toEqual(['ws-1', 'ws-3', 'ws-5', 'ws-7', 'ws-9']);
    expect(documentsOf(each).toSorted()).toEqual(told.toSorted());
  });

  test('goes on where it was: finished hosts are not asked again, and totals add up', async () => {
    const each = await fleet();
    await killed(each);
    const before = each.open.map((one) => one.asked());
    for (const one of each.shut) one.open();
    const ended = await each.run(['resume', '--json']);
    const result = resultOf(ended);
    expect(each.open.map((one) => one.asked())).toEqual(before);
    expect(each.shut.map((one) => one.asked())).toEqual([2, 2, 2]);
    expect(result).toMatchObject({
      complete: true,
      summary: { hosts: 8, judged: 0, contact: 8, skipped: 0 },
      causes: [{ id: 'contact-refused', hostCount: 8, recurring: true }],
    });
    expect(result.hosts.map((host) => host['name'])).toEqual([
      'ws-1',
      'ws-2',
      'ws-3',
      'ws-4',
      'ws-5',
      'ws-6',
      'ws-7',
      'ws-9',
    ]);
    expect(ended.code).toBe(5);
    expect(readdirSync(join(each.state, 'runs'))).toEqual([result.run.id]);
    expect(documentsOf(each)).toHaveLength(8);
    const written = readFileSync(join(folderOf(each), 'scan.json'), 'utf8');
    expect((JSON.parse(written) as ScanDocument).summary).toEqual(result.summary);
    const again = await each.run(['resume']);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('nothing to resume');
  });

  test.each([
    ['half a line', '{"schema":"evidence/1","host":"ws-2","conta'],
    ['zeros, as file systems leave after a power cut', '\0'.repeat(70_000)],
  ])('with %s at the end of its evidence asks that host anew', async (_, torn) => {
    const each = await fleet();
    await killed(each);
    appendFileSync(join(folderOf(each), 'evidence.ndjson'), torn);
    for (const one of each.shut) one.open();
    const result = resultOf(await each.run(['resume', '--json']));
    expect(result.summary).toMatchObject({ hosts: 8, contact: 8 });
    expect(documentsOf(each)).toHaveLength(8);
  });

  test('before its first host was done begins anew', async () => {
    const each = await fleet();
    await killed(each);
    truncateSync(join(folderOf(each), 'evidence.ndjson'));
    for (const one of each.shut) one.open();
    const result = resultOf(await each.run(['resume', 'last', '--json']));
    expect(result.summary).toMatchObject({ hosts: 8, contact: 8 });
    expect(each.open.map((one) => one.asked())).toEqual([2, 2, 2, 2, 2]);
  });

  test('tells what the inventory says no more, and what it says now', async () => {
    const each = await fleet();
    await killed(each);
    const [kept] = each.shut;
    const stranger = await door('ws-8', true);
    if (kept === undefined) throw new Error('no host');
    kept.open();
    writeFileSync(each.inventory, inventoryOf([...each.open, kept, stranger]));
    const ended = await each.run(['resume', '--json']);
    const result = resultOf(ended);
    expect(result.summary).toMatchObject({ hosts: 8, contact: 6, skipped: 2 });
    expect(stranger.asked()).toBe(0);
    expect(ended.stderr).toContain('no longer in the inventory, not asked: ws-4, ws-6');
    expect(ended.stderr).toContain('new in the inventory, not part of this run: ws-8');
  });

  test('keeps how its hosts are asked, and nothing that is secret', async () => {
    const each = await fleet();
    await killed(each, ['--forks', '20', '--timeout', '9s', '-l', 'ws-*']);
    const text = readFileSync(join(folderOf(each), 'run.json'), 'utf8');
    expect(JSON.parse(text)).toMatchObject({
      asked: {
        inventories: [each.inventory],
        patterns: ['ws-*'],
        flags: { forks: '20', timeout: '9s' },
      },
    });
    expect(text).not.toMatch(/TEST_PW|not-a-secret|password/);
  });
});

test('a run that is still going on is not gone on with', async () => {
  const each = await fleet();
  let second: Promise<Ended> | undefined;
  await each.run(['scan', '-i', each.inventory, '--jsonl'], (text, signal) => {
    if (second !== undefined || doneIn(text).length < each.open.length) return;
    second = each.run(['resume']);
    void second.then(() => signal('SIGKILL'));
  });
  expect((await second)?.code).toBe(10);
  expect(each.shut.map((one) => one.asked())).toEqual([1, 1, 1]);
});

test('a run that was stopped by Ctrl-C goes on as well', async () => {
  const each = await fleet();
  await each.run(['scan', '-i', each.inventory, '--jsonl'], (text, signal) => {
    if (doneIn(text).length === each.open.length) signal('SIGINT');
  });
  for (const one of each.shut) one.open();
  const result = resultOf(await each.run(['resume', '--json']));
  expect(result).toMatchObject({ complete: true, summary: { hosts: 8, contact: 8 } });
  expect(each.open.map((one) => one.asked())).toEqual([1, 1, 1, 1, 1]);
});

test('stored documents that were judged are nothing to resume', async () => {
  const each = await fleet();
  const file = join(temporaryFolder(), 'a.json');
  writeFileSync(file, '{"schema":"evidence/1","host":"a","collectedAt":"2026-11-21T06:00:00Z"}');
  await each.run(['scan', '--evidence', file]);
  for (const words of [['resume'], ['resume', 'last'], ['resume', 'no-such-run']]) {
    const { code, stderr } = await each.run(words);
    expect(code).toBe(2);
    expect(stderr.trimEnd().split('\n')).toHaveLength(2);
  }
});
