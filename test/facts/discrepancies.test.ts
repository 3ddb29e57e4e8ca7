/** Sources that do not agree are named, and a history that was lost is no health. */
import { describe, expect, test } from 'vitest';
import { join } from 'node:path';
import { readCatalogueFolder } from '../../scripts/catalogue-folder.ts';
import { diagnose } from '../../src/causes/diagnose.ts';
import { LANGUAGES } from '../../src/core/entry.ts';
import type { Discrepancy, Verdict } from '../../src/core/verdict.ts';
import { examine } from '../../src/facts/examine.ts';
import { discrepancyText } from '../../src/outputs/discrepancy-text.ts';
import type { CauseCase } from '../causes/cause-case.ts';
import { evidenceOf } from '../causes/cause-case.ts';
import { resolve } from '../corpus/pointer.ts';

const catalogue = readCatalogueFolder(join(import.meta.dirname, '../../catalogue'));
const builds = [{ build: 19_045, kb: 'KB5034763', ubr: 4046 }];

type Bare = Omit<CauseCase, 'name'>;
type Patch = NonNullable<CauseCase['patch']>;

const verdictOn = (one: Bare): Verdict =>
  diagnose(catalogue, examine(evidenceOf({ name: 'x', ...one }), catalogue.knowledge));
const told = (one: Bare): readonly Discrepancy[] =>
  examine(evidenceOf({ name: 'x', ...one }), { lifecycle: [], builds }).discrepancies;

const failed = { kb: 'KB5034763', code: '0x80073712', at: '-4d' };
const servicing = (id: number, data: Record<string, unknown>, time: string): object => ({
  log: 'Setup',
  provider: 'Microsoft-Windows-Servicing',
  id,
  time,
  data: { PackageIdentifier: 'KB5034763', IntendedPackageState: 5112, ...data },
});
const agent = (detection: string): Patch => ({
  agents: [{ product: 'x', state: 'running', deployments: [{ kb: 'KB5034763', detection }] }],
});

describe('what sources do not agree on', () => {
  test.each<readonly [string, Bare]>([
    ['nothing', {}],
    ['a failure that all tell alike', { fails: [failed] }],
    [
      'a failure that a later try of the same update cured',
      {
        fails: [failed],
        installed: [{ kb: 'KB5034763', at: '-2d' }],
        patch: { hotfixes: [] },
      },
    ],
    [
      'a failure that the next month replaced, wherever that stands',
      {
        fails: [failed],
        installed: [{ kb: 'KB5035845', at: '-2d' }],
        patch: {
          os: { ubr: 4170 },
          packages: [{ name: 'Package_for_RollupFix~2', state: 'installed', installedAt: '-2d' }],
        },
      },
    ],
    [
      'what an agent says of another update',
      {
        fails: [{ ...failed, kb: 'KB5034685', title: '.NET (KB5034685)' }],
        patch: agent('patched'),
      },
    ],
  ])('is not %s', (_, one) => expect(told(one)).toEqual([]));

  test.each<readonly [string, Bare, readonly string[]]>([
    [
      'running-but-staged',
      {
        fails: [failed],
        patch: {
          os: { ubr: 4046 },
          packages: [{ name: 'Package_for_RollupFix~31bf~amd64~~19041.4046.1.7', state: 'staged' }],
          hotfixes: [{ kb: 'KB5034763', installedOn: '-1d' }],
        },
      },
      ['Package_for_RollupFix~31bf~amd64~~19041.4046.1.7'],
    ],
    [
      'failed-but-listed',
      { fails: [failed], patch: { hotfixes: [{ kb: 'KB5034763', installedOn: '-1d' }] } },
      ['KB5034763', '2024-02-16 08:00 UTC', '0x80073712', 'KB5034763'],
    ],
    [
      'failed-but-running',
      { fails: [failed], patch: { os: { ubr: 4046 } } },
      ['KB5034763', '2024-02-16 08:00 UTC', '0x80073712', '19045.4046'],
    ],
    [
      'failed-but-packaged',
      {
        fails: [failed],
        patch: {
          packages: [{ name: 'Package_for_RollupFix~1', state: 'installed', installedAt: '-1d' }],
        },
      },
      ['KB5034763', '2024-02-16 08:00 UTC', '0x80073712', 'Package_for_RollupFix~1'],
    ],
    [
      'failed-but-not-offered',
      { fails: [failed], patch: { windowsUpdate: { applicable: [], scan: { mode: 'offline' } } } },
      ['KB5034763', '2024-02-16 08:00 UTC', '0x80073712', '2024-02-20 05:00 UTC'],
    ],
    [
      'installed-but-not-running',
      { installed: [{ kb: 'KB5034763', at: '-7d' }] },
      ['KB5034763', '2024-02-13 08:00 UTC', '19045.4046', '19045.3930'],
    ],
    [
      'codes-differ',
      { fails: [failed], events: [servicing(3, { ErrorCode: '0x800f0922' }, '-4d') as never] },
      ['KB5034763', 'event', '0x80073712', 'servicing', '0x800F0922'],
    ],
    [
      'failed-against-success',
      { fails: [failed], events: [servicing(2, {}, '-4d') as never] },
      ['KB5034763', '2024-02-16 08:00 UTC', 'event', 'servicing'],
    ],
    [
      'agent-misses-installed',
      {
        installed: [{ kb: 'KB5034763', at: '-7d' }],
        patch: { ...agent('notPatched'), os: { ubr: 4046 } },
      },
      ['KB5034763'],
    ],
    [
      'agent-claims-failed',
      { fails: [failed], patch: agent('patched') },
      ['KB5034763', '2024-02-16 08:00 UTC', '0x80073712'],
    ],
    [
      'history-empty',
      { patch: { windowsUpdate: { history: [] }, events: [] } },
      ['KB5034122', '2024-01-31 08:00 UTC'],
    ],
    [
      'history-short',
      {
        installed: [{ kb: 'KB5034122', at: '-20d' }],
        patch: {
          windowsUpdate: {
            history: [
              { time: '-1d', operation: 'install', result: 'succeeded', title: 'x', kb: null },
            ],
          },
        },
      },
      ['KB5034122', '2024-01-31 08:00 UTC', '2024-02-19 08:00 UTC'],
    ],
  ])('%s', (id, one, values) => {
    const evidence = evidenceOf({ name: 'x', ...one });
    const found = told(one).find((discrepancy) => discrepancy.id === id);
    expect(found?.values).toEqual(values);
    for (const pointer of found?.pointers ?? []) expect(resolve(evidence, pointer)).toBeDefined();
    for (const language of LANGUAGES) {
      const sentence = discrepancyText(found as Discrepancy, language);
      expect(sentence).not.toMatch(/[{}]/);
      for (const value of values) expect(sentence).toContain(value);
    }
  });

  test('an agent that runs later hides nothing of it', () => {
    const rows = [{ kb: 'KB5034763', deployedAt: '-1d', exitCode: 1603, detection: 'unknown' }];
    const agents = [{ product: 'x', state: 'running', deployments: rows }];
    const events = [servicing(3, { ErrorCode: '0x800f0922' }, '-4d') as never];
    const found = told({ fails: [failed], events, patch: { agents } });
    expect(found.map(({ id }) => id)).toEqual(['codes-differ']);
  });

  test('is named by its title where there is no KB', () => {
    const upgrade = { title: 'Windows 11, version 23H2', code: '0xC1900101', at: '-4d' };
    const windowsUpdate = { applicable: [], scan: { mode: 'offline' } };
    const [found] = told({ fails: [upgrade], patch: { windowsUpdate } });
    expect(found?.values[0]).toBe('Windows 11, version 23H2');
  });

  test('a build that is only staged leaves the failure open', () => {
    const package_ = { name: 'Package_for_RollupFix~31bf~amd64~~19041.4046.1.7', state: 'staged' };
    const { cause } = verdictOn({
      fails: [{ ...failed, code: '0x800F0922' }],
      freeMiB: { efi: 4 },
      patch: {
        os: { ubr: 4046 },
        packages: [package_],
        hotfixes: [{ kb: 'KB5034763', installedOn: '-1d' }],
      },
    });
    expect(cause).toBe('srp-full');
  });

  test('is part of the verdict, and absent where sources agree', () => {
    const unlike = verdictOn({ installed: [{ kb: 'KB5035845', at: '-7d' }] });
    expect(unlike.discrepancies?.map(({ id }) => id)).toEqual(['installed-but-not-running']);
    expect(verdictOn({})).not.toHaveProperty('discrepancies');
  });

  test('stays bounded', () => {
    const fails = Array.from({ length: 60 }, (_, at) => ({ ...failed, kb: `KB50${40_000 + at}` }));
    const hotfixes = fails.map(({ kb }) => ({ kb, installedOn: '-1d' }));
    expect(told({ fails, patch: { hotfixes } })).toHaveLength(20);
  });
});

describe('a history that was reset', () => {
  const reset = { windowsUpdate: { history: [] }, events: [] };

  test('is no ground to call a host healthy', () => {
    const { cause, causes } = verdictOn({ patch: reset });
    expect(cause).toBe('not-enough-evidence');
    expect(causes[0]?.evidence[0]?.quote).toContain('KB5034122');
  });

  test('is lost as well where only definitions came since', () => {
    const history = [
      { time: '-1h', operation: 'install', result: 'succeeded', title: 'x', kb: 'KB2267602' },
    ];
    const { cause } = verdictOn({ patch: { ...reset, windowsUpdate: { history } } });
    expect(cause).toBe('not-enough-evidence');
  });

  test('does not matter where events tell of the installations', () => {
    expect(verdictOn({ patch: { windowsUpdate: { history: [] } } }).cause).toBe('none');
  });

  test('does not matter where a search finds nothing missing', () => {
    const windowsUpdate = { history: [], applicable: [], scan: { mode: 'offline' } };
    expect(verdictOn({ patch: { ...reset, windowsUpdate } }).cause).toBe('none');
  });

  test.each([
    ['2024-03-12T00:00:00Z', '2024-03-20T08:00:00Z', 'none'],
    ['2024-03-11T00:00:00Z', '2024-03-20T08:00:00Z', 'not-enough-evidence'],
    ['2024-03-11T00:00:00Z', '2024-03-11T08:00:00Z', 'none'],
    ['2024-10-08T00:00:00Z', '2024-10-12T08:00:00Z', 'none'],
    ['2024-10-07T00:00:00Z', '2024-10-12T08:00:00Z', 'not-enough-evidence'],
  ])('the month in a list of %s, looked at on %s: %s', (installedOn, now, cause) => {
    const patch = { ...reset, hotfixes: [{ kb: 'KB5035845', installedOn }] };
    expect(verdictOn({ now, patch }).cause).toBe(cause);
  });

  test('is not claimed of a machine on which nothing was ever installed', () => {
    const windowsUpdate = { history: [], lastInstallSuccess: null };
    expect(told({ patch: { windowsUpdate, events: [], hotfixes: [] } })).toEqual([]);
  });

  test('is not claimed for a driver or definitions that an event tells of', () => {
    const events = ['Definitions (KB2267602)', 'Intel - net - 22.1.0.1'].map((updateTitle) => ({
      log: 'System',
      provider: 'Microsoft-Windows-WindowsUpdateClient',
      id: 19,
      time: '-9d',
      data: { updateTitle },
    }));
    const windowsUpdate = { history: [], lastInstallSuccess: null };
    expect(told({ patch: { windowsUpdate, events, hotfixes: [] } })).toEqual([]);
  });

  test('is not claimed of a long list, which may be cut off', () => {
    const history = Array.from({ length: 20 }, () => ({
      time: '-1d',
      operation: 'install',
      result: 'succeeded',
      title: 'Definitions (KB2267602)',
      kb: 'KB2267602',
    }));
    expect(told({ patch: { windowsUpdate: { history } } })).toEqual([]);
  });
});
