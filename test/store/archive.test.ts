import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunInfo } from '../../src/core/event.ts';
import type { Evidence } from '../../src/core/look.ts';
import { Archive, retire, runId, storedRuns } from '../../src/store/archive.ts';
import { makePrivateFolder, stateFolder } from '../../src/store/state-folder.ts';
import { temporaryFolder } from '../support/folder.ts';

const run: RunInfo = {
  id: '2026-11-21T06-41-08Z-7f3a',
  source: 'inventory',
  startedAt: '2026-11-21T06:41:08.000Z',
  threshold: 3,
  tool: { name: 'patchwhy', version: '0.1.0', catalogue: 'test' },
};

function document(host: string): Evidence {
  return {
    schema: 'evidence/1',
    host,
    collectedAt: '2026-11-21T06:41:20Z',
    os: { build: 26100, caption: 'Größe 更新' },
  };
}

const refuse = (error: unknown): void => {
  throw error;
};

describe('the archive of a run', () => {
  test('keeps each document on a line of its own, found again by its reference', async () => {
    const archive = await Archive.create(temporaryFolder(), { run }, refuse);
    const hosts = Array.from({ length: 50 }, (_, at) => `ws-${at}`);
    const refs = await Promise.all(hosts.map((host) => archive.keep(document(host))));
    await archive.finish('{}\n');
    for (const [at, ref] of refs.entries()) {
      if (!ref) throw new Error('not kept');
      const text = readFileSync(ref.file)
        .subarray(ref.offset, ref.offset + ref.bytes)
        .toString();
      expect(JSON.parse(text)).toEqual(document(`ws-${at}`));
    }
  });

  test('is readable by its owner alone', async () => {
    const state = temporaryFolder();
    const archive = await Archive.create(join(state, 'new'), { run }, refuse);
    await archive.keep(document('ws-1'));
    await archive.finish('{}\n');
    expect(statSync(archive.folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(state, 'new')).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(archive.folder)) {
      expect(`${name} ${(statSync(join(archive.folder, name)).mode & 0o777).toString(8)}`).toBe(
        `${name} 600`,
      );
    }
    expect(readdirSync(archive.folder).toSorted()).toEqual([
      'evidence.ndjson',
      'run.json',
      'scan.json',
    ]);
  });

  test('where its folder cannot be made says so once and keeps nothing', async () => {
    const state = join(temporaryFolder(), 'file');
    writeFileSync(state, 'in the way');
    const lost: unknown[] = [];
    const archive = await Archive.create(state, { run }, (error) => lost.push(error));
    expect(await archive.keep(document('ws-1'))).toBeUndefined();
    await archive.finish('{}');
    expect(lost).toHaveLength(1);
    expect(archive.lost).toBe(true);
  });

  test('on a full disk keeps what is whole, cuts half a line off and ends storing, not the run', () => {
    const state = temporaryFolder();
    // A limit on the size of files this process may write stands for the full disk: EFBIG in place of ENOSPC.
    const script = `
      import { Archive } from ${JSON.stringify(new URL('../../src/store/archive.ts', import.meta.url).href)};
      process.on('SIGXFSZ', () => {});
      const lost = [];
      const archive = await Archive.create(${JSON.stringify(state)}, ${JSON.stringify({ run })}, (error) => lost.push(error.code));
      const refs = [];
      for (let at = 0; at < 10; at += 1) {
        refs.push(await archive.keep({ schema: 'evidence/1', host: 'ws-' + at, collectedAt: 'x', logs: { cbs: [{ text: 'y'.repeat(900) }] } }));
      }
      await archive.finish('{}');
      console.log(JSON.stringify({ kept: refs.filter(Boolean).length, lost, isLost: archive.lost }));
    `;
    const text = execFileSync(
      'bash',
      ['-c', 'ulimit -f 4; exec "$0" --input-type=module -e "$1"', process.execPath, script],
      {
        encoding: 'utf8',
        env: { ...process.env, NODE_NO_WARNINGS: '1' },
      },
    );
    const result = JSON.parse(text) as { kept: number; lost: string[]; isLost: boolean };
    const written = readFileSync(join(state, 'runs', run.id, 'evidence.ndjson'), 'utf8');
    expect(result).toEqual({ kept: 4, lost: ['EFBIG'], isLost: true });
    expect(
      written
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as Evidence).host),
    ).toEqual(['ws-0', 'ws-1', 'ws-2', 'ws-3']);
  });
});

describe('stored runs', () => {
  test('are listed newest first, and what is not a run is left alone', async () => {
    const state = temporaryFolder();
    for (const name of ['2026-11-20T06-00-00Z-aaaa', '2026-11-21T06-00-00Z-bbbb', 'notes']) {
      mkdirSync(join(state, 'runs', name), { recursive: true });
    }
    expect(await storedRuns(state)).toEqual([
      '2026-11-21T06-00-00Z-bbbb',
      '2026-11-20T06-00-00Z-aaaa',
    ]);
    expect(await storedRuns(join(state, 'nothing'))).toEqual([]);
  });

  test('older than 90 days go', async () => {
    const state = temporaryFolder();
    for (const name of ['2026-08-20T06-00-00Z-aaaa', '2026-08-24T06-00-00Z-bbbb', 'notes']) {
      mkdirSync(join(state, 'runs', name), { recursive: true });
    }
    expect(await retire(state, new Date('2026-11-21T00:00:00Z'), 90)).toBe(1);
    expect(readdirSync(join(state, 'runs')).toSorted()).toEqual([
      '2026-08-24T06-00-00Z-bbbb',
      'notes',
    ]);
  });

  test('have ids that sort by time, within a second as well, and are file names everywhere', () => {
    const id = (ms: string, random: number): string =>
      runId(new Date(`2026-11-21T06:41:08.${ms}Z`), () => random);
    expect(id('123', 0.5)).toBe('2026-11-21T06-41-08Z-1f5b');
    const inOrder = [
      id('000', 0),
      id('000', 0.9999),
      id('001', 0),
      id('998', 0.9999),
      id('999', 0),
    ];
    expect(inOrder.toSorted()).toEqual(inOrder);
    expect(id('999', 0.9999)).toMatch(/-[0-9a-f]{4}$/);
  });
});

test('a file system that takes no folders is an error, not an endless wait', async () => {
  await expect(makePrivateFolder('/proc/patchwhy/state')).rejects.toMatchObject({ code: 'ENOENT' });
});

test.each([
  [{ PATCHWHY_STATE: '/own', XDG_STATE_HOME: '/xdg' }, 'linux', '/own'],
  [{ XDG_STATE_HOME: '/xdg' }, 'linux', '/xdg/patchwhy'],
  [{ LOCALAPPDATA: '/local' }, 'win32', '/local/patchwhy'],
] as const)('the state folder for %j on %s is %s', (env, platform, folder) => {
  expect(stateFolder(env, platform)).toBe(folder);
});
