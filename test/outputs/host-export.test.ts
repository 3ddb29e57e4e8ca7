import { expect, test } from 'vitest';
import { hostId } from '../../src/core/host.ts';
import { exportHosts } from '../../src/outputs/host-export.ts';
import { createRunStore } from '../../src/store/run.ts';
import { done, finding, info, judged, started, T0 } from '../support/events.ts';

function hosts() {
  const store = createRunStore();
  store.apply(started([info('=cmd|x', { site: 'mi "lano", 2' }), info('ws-b', { ring: 'pilot' })]));
  store.apply(done(hostId('=cmd|x'), judged([finding('disk-full', { next: 'free|room' })])));
  return [...store.hosts()];
}

test('JSON has hosts as scan --json has them', () => {
  const [first, second] = JSON.parse(exportHosts('json', hosts(), T0)) as Record<string, unknown>[];
  expect(first).toMatchObject({ name: '=cmd|x', status: 'failing', cause: 'disk-full' });
  expect(second).toEqual({ name: 'ws-b', labels: { ring: 'pilot' } });
});

test('CSV quotes what has to be, and no cell is a formula', () => {
  expect(exportHosts('csv', hosts(), T0)).toBe(
    [
      '\ufeffhost,status,cause,title,confidence,since,why,next,site,ring',
      `'=cmd|x,failing,disk-full,Title of disk-full,0.9,,sign of disk-full,free|room,"mi ""lano"", 2",`,
      'ws-b,queued,,,,,,,,pilot',
      '',
    ].join('\r\n'),
  );
});

test('Markdown is one table, whatever hosts say', () => {
  const lines = exportHosts('md', hosts(), T0).trimEnd().split('\n');
  expect(lines).toHaveLength(4);
  for (const line of lines) expect(line.match(/(?<!\\)\|/gu)).toHaveLength(11);
});
