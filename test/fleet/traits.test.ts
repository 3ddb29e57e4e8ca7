import { describe, expect, test } from 'vitest';
import type { Evidence, Look } from '../../src/core/look.ts';
import { traitsOf } from '../../src/fleet/traits.ts';
import { AT } from '../support/run.ts';

function lookAt(parts: Partial<Evidence>): Extract<Look, { kind: 'evidence' }> {
  return {
    kind: 'evidence',
    evidence: { schema: 'evidence/1', host: 'ws-1', collectedAt: AT, ...parts },
  };
}

/** The values of a kind; undefined where it is not known. */
function valuesOf(kind: string, parts: Partial<Evidence>, relays?: readonly string[]) {
  const { known, all } = traitsOf(lookAt(parts), relays);
  return known.has(kind)
    ? all.filter((trait) => trait.kind === kind).map(({ value }) => value)
    : undefined;
}

const installed = (kb: string | null, result: 'succeeded' | 'failed' = 'succeeded') =>
  ({ kb, result, operation: 'install', time: '2026-11-10T02:00:00Z' }) as const;

describe('what a host may share', () => {
  test.each<[string, string, Partial<Evidence>, readonly string[] | undefined]>([
    ['a label', 'site', { labels: { site: 'milano' } }, ['milano']],
    ['each of its tags', 'tags', { labels: { tags: 'vip,lab' } }, ['vip', 'lab']],
    ['a label it has not', 'site', { labels: { ring: 'pilot' } }, undefined],
    ['the build, not its revision', 'build', { os: { build: 26100, ubr: 7171 } }, ['26100']],
    ['no build where nobody looked', 'build', {}, undefined],
    [
      'the WSUS server, whatever its case',
      'wsus',
      { windowsUpdate: { wsusServer: 'HTTP://WSUS-MI:8530 ' } },
      ['http://wsus-mi:8530'],
    ],
    [
      'no WSUS server where one is named and not used',
      'wsus',
      { windowsUpdate: { wsusServer: 'http://w', policy: { useWUServer: 0 } } },
      [],
    ],
    ['no WSUS server where none is named', 'wsus', { windowsUpdate: { wsusServer: null } }, []],
    ['nothing where WSUS was not looked at', 'wsus', { windowsUpdate: {} }, undefined],
    [
      'values of policies that are configured',
      'policy',
      { windowsUpdate: { policy: { noAutoUpdate: 1, auOptions: null } } },
      ['noAutoUpdate=1'],
    ],
    ['no proxy', 'proxy', { network: { winHttpProxy: null } }, []],
    [
      'an agent, and its version',
      'agent',
      { agents: [{ product: 'Acme', version: '5.1' }] },
      ['Acme', 'Acme 5.1'],
    ],
    [
      'no agent where they were refused',
      'agent',
      { agents: [], errors: [{ section: 'agents' }] },
      undefined,
    ],
    [
      'updates that went on, failed, or are listed, each once',
      'update',
      {
        windowsUpdate: { history: [installed('KB1'), installed('KB2', 'failed'), installed(null)] },
        hotfixes: [{ kb: 'KB1' }, { kb: 'KB3' }],
      },
      ['KB1', 'KB2', 'KB3'],
    ],
    ['no updates where the history is empty', 'update', { windowsUpdate: { history: [] } }, []],
    ['nothing of updates without a history', 'update', { hotfixes: [{ kb: 'KB1' }] }, undefined],
    [
      'nothing of updates where the history was refused',
      'update',
      { windowsUpdate: { history: [] }, errors: [{ section: 'windowsUpdate.history' }] },
      undefined,
    ],
    [
      'nothing of updates where the history was cut short',
      'update',
      {
        windowsUpdate: { history: [installed('KB1')] },
        collector: { truncated: ['windowsUpdate.history'] },
      },
      undefined,
    ],
  ])('is %s', (_, kind, parts, values) => {
    expect(valuesOf(kind, parts)).toEqual(values);
  });

  test('is each jump host on its way, or none on a direct one, and is not known of a stored look', () => {
    expect(valuesOf('relay', {}, ['jb-1', 'jb-2'])).toEqual(['jb-1', 'jb-2']);
    expect(valuesOf('relay', {}, [])).toEqual([]);
    expect(valuesOf('relay', {})).toBeUndefined();
  });

  test('is, of a host out of reach, its labels and the relay that failed, and nothing else', () => {
    const contact = {
      schema: 'evidence/1',
      host: 'ws-1',
      labels: { site: 'milano' },
      contact: { stage: 'relay', code: 'ECONNREFUSED', relay: 'jb-1' },
    } as const;
    const { known, all, dated } = traitsOf({ kind: 'contact', contact }, undefined);
    expect([...known]).toEqual(['site', 'relay']);
    expect(all).toEqual([
      { kind: 'site', value: 'milano' },
      { kind: 'relay', value: 'jb-1' },
    ]);
    expect(dated).toEqual([]);
  });

  test('is when an update, a driver or a program went on, for those that did', () => {
    const driver = { ...installed(null), title: 'Intel - net - 12.19.1.37' };
    const msi = (status: string, product = 'Acme Agent') => ({
      provider: 'MsiInstaller',
      id: 1033,
      time: '2026-11-12T08:00:00Z',
      log: 'Application',
      data: { param1: product, param2: '5.1', param4: status },
    });
    const look = lookAt({
      windowsUpdate: { history: [installed('KB1'), installed('KB2', 'failed'), driver] },
      hotfixes: [
        { kb: 'KB1', installedOn: '2026-11-10' },
        { kb: 'KB3', installedOn: '2026-11-11' },
        { kb: 'KB4', installedOn: null },
      ],
      events: [msi('0'), msi('1603', 'Other')],
    });
    expect(traitsOf(look, []).dated).toEqual([
      { kind: 'update', value: 'KB1', at: Date.UTC(2026, 10, 10, 2) },
      { kind: 'driver', value: 'Intel - net - 12.19.1.37', at: Date.UTC(2026, 10, 10, 2) },
      { kind: 'update', value: 'KB3', at: Date.UTC(2026, 10, 11) },
      { kind: 'software', value: 'Acme Agent', at: Date.UTC(2026, 10, 12, 8) },
      { kind: 'software', value: 'Acme Agent 5.1', at: Date.UTC(2026, 10, 12, 8) },
    ]);
    const { evidence } = look;
    expect(valuesOf('driver', evidence)).toEqual(['Intel - net - 12.19.1.37']);
    expect(valuesOf('software', evidence)).toEqual(['Acme Agent', 'Acme Agent 5.1']);
    expect(valuesOf('software', {})).toBeUndefined();
  });
});
