import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { LookContext } from '../../src/sources/source.ts';
import { openStored } from '../../src/sources/stored.ts';
import { temporaryFolder } from '../support/folder.ts';

const context: LookContext = {
  signal: new AbortController().signal,
  slot: (work) => work(),
  onStage: () => undefined,
  onCommand: () => undefined,
  onNotice: () => undefined,
};

const document = (host: string, collectedAt = '2026-11-21T06:00:00Z', more = {}) =>
  JSON.stringify({ schema: 'evidence/1', host, collectedAt, ...more });

function folderWith(files: Record<string, string>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

async function looks(paths: string[]) {
  const fleet = await openStored(paths);
  const found = await Promise.all(
    fleet.hosts.map(
      async (host) => [host.id, (await fleet.source.look(host, context)).look] as const,
    ),
  );
  return { fleet, looks: new Map<string, (typeof found)[number][1]>(found) };
}

describe('stored documents', () => {
  test('are read from a folder: .json and .ndjson, at any depth, BOM and blank lines borne', async () => {
    const folder = folderWith({
      'a.json': `\uFEFF${document('ws-1')}`,
      'deep/b.ndjson': `${document('ws-2')}\n\n${document('ws-3')}\r\n${document('日本')}`,
      'notes.txt': 'not a document',
      'run.json': '{"schema":"patchwhy/run/1"}',
    });
    const { looks: found } = await looks([folder]);
    expect([...found].map(([id, { kind }]) => `${id} ${kind}`)).toEqual([
      'ws-1 evidence',
      'ws-2 evidence',
      'ws-3 evidence',
      '日本 evidence',
    ]);
  });

  test('are read in slots: a fleet of documents must not use up the open files of a process', async () => {
    const folder = folderWith({
      'a.ndjson': [1, 2, 3].map((at) => document(`ws-${at}`)).join('\n'),
    });
    const { hosts, source } = await openStored([folder]);
    let slots = 0;
    const counting: LookContext = {
      ...context,
      slot: (work) => {
        slots += 1;
        return work();
      },
    };
    for (const host of hosts) await source.look(host, counting);
    expect(slots).toBe(3);
  });

  test('keep their labels', async () => {
    const { fleet } = await looks([
      folderWith({ 'a.json': document('ws-1', undefined, { labels: { site: 'roma' } }) }),
    ]);
    expect(fleet.hosts[0]?.labels).toEqual({ site: 'roma' });
  });

  test.each([[['old', 'new']], [['new', 'old']]])(
    'of one host: the newest counts and a notice names the other (%j)',
    async (order) => {
      const times: Record<string, string> = {
        old: '2026-11-20T06:00:00Z',
        new: '2026-11-21T06:00:00Z',
      };
      const text = order.map((which) => document('ws-1', times[which])).join('\n');
      const { fleet, looks: found } = await looks([folderWith({ 'a.ndjson': text })]);
      expect(found.get('ws-1')).toMatchObject({ evidence: { collectedAt: times['new'] } });
      expect(fleet.notices).toEqual([
        expect.stringMatching(
          /^ws-1: two documents; .*2026-11-21.* counts, not that of 2026-11-20/,
        ),
      ]);
    },
  );

  test('that are cut or of an unknown schema end as that host at stage collector, the others count', async () => {
    const folder = folderWith({
      'a.ndjson': `${document('ws-1')}\n${JSON.stringify({ schema: 'evidence/9', host: 'ws-2' })}\n${document('ws-3').slice(0, -9)}`,
    });
    const { looks: found } = await looks([folder]);
    expect(found.get('ws-1')?.kind).toBe('evidence');
    expect(found.get('ws-2')).toMatchObject({
      contact: { contact: { stage: 'collector', code: 'UNKNOWN_SCHEMA' } },
    });
    expect(found.get('ws-3')).toMatchObject({
      contact: { contact: { stage: 'collector', code: 'BAD_REPLY' } },
    });
  });

  test.each([
    ['a path that is not there', undefined, { exitCode: 2, code: 'evidence.unreadable' }],
    ['a folder without documents', {}, { exitCode: 2, code: 'evidence.none' }],
    [
      'only a file that is not JSON',
      { 'a.json': 'PK\u0003' },
      { exitCode: 2, code: 'evidence.unreadable' },
    ],
    [
      'only an unknown schema',
      { 'a.json': '{"schema":"evidence/7","host":"x"}' },
      { exitCode: 9, code: 'evidence.unknown-schema' },
    ],
  ])('%s is an error that says what to give', async (_, files, error) => {
    const path = files ? folderWith(files) : join(temporaryFolder(), 'missing');
    await expect(openStored([path])).rejects.toMatchObject({
      ...error,
      hint: expect.stringMatching(/./) as string,
    });
  });
});
