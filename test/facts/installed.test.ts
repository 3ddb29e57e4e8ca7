/** What is installed, what waits for its start, and which of two sources knows the newest of it. */
import { describe, expect, test } from 'vitest';
import type { Facts } from '../../src/facts/declared.ts';
import { examine } from '../../src/facts/examine.ts';
import type { CauseCase } from '../causes/cause-case.ts';
import { evidenceOf } from '../causes/cause-case.ts';

type Bare = Omit<CauseCase, 'name'>;

function factsOf(one: Bare): Facts {
  return examine(evidenceOf({ name: 'x', ...one }), { lifecycle: [], builds: [] }).facts;
}

const day = (at: Date): string => at.toISOString().slice(0, 10);
const rollup = (installedAt: string, state = 'installed'): Record<string, unknown> => ({
  name: 'Package_for_RollupFix~1',
  state,
  installedAt,
});

describe('the newest installation', () => {
  const month = [{ kb: 'KB5034122', at: '-20d' }];

  test.each<readonly [string, Bare, readonly [string, string]]>([
    [
      'is the newest of the history',
      { installed: [...month, { kb: 'KB5034763', at: '-2d' }] },
      ['KB5034763', '2024-02-18'],
    ],
    [
      'is none of a feature update, which is another Windows',
      { installed: [...month, { title: 'Windows 11, version 23H2', at: '-2d' }] },
      ['KB5034122', '2024-01-31'],
    ],
    [
      'is none of a driver',
      { installed: [...month, { title: 'Intel - net - 22.1.0.1', at: '-2d' }] },
      ['KB5034122', '2024-01-31'],
    ],
    [
      'is none of an agent',
      {
        installed: month,
        patch: {
          agents: [
            { product: 'x', deployments: [{ kb: 'KB5034763', deployedAt: '-2d', exitCode: 0 }] },
          ],
        },
      },
      ['KB5034122', '2024-01-31'],
    ],
    [
      'is that of the list where it is days newer',
      { installed: month, patch: { hotfixes: [{ kb: 'KB5034763', installedOn: '-2d' }] } },
      ['KB5034763', '2024-02-18'],
    ],
    [
      'is that of the history where the list has only the day of it',
      {
        installed: [{ kb: 'KB5034763', at: '-2d' }],
        patch: { hotfixes: [{ kb: 'KB5034763', installedOn: '2024-02-19' }] },
      },
      ['KB5034763', '2024-02-18'],
    ],
    [
      'is the newest of the list',
      {
        installed: [],
        patch: {
          hotfixes: [
            { kb: 'KB5034763', installedOn: '-2d' },
            { kb: 'KB5034122', installedOn: '-30d' },
          ],
        },
      },
      ['KB5034763', '2024-02-18'],
    ],
    [
      'is that of the packages',
      { installed: [], patch: { packages: [rollup('-3d')] } },
      ['Package_for_RollupFix~1', '2024-02-17'],
    ],
    [
      'is none of a package that is only staged',
      { installed: month, patch: { packages: [rollup('-3d', 'staged')] } },
      ['KB5034122', '2024-01-31'],
    ],
    [
      'is none of after the look',
      { installed: month, patch: { hotfixes: [{ kb: 'KB5034763', installedOn: '+9d' }] } },
      ['KB5034122', '2024-01-31'],
    ],
  ])('%s', (_, one, expected) => {
    const { name, newest } = factsOf(one).installed;
    expect([name, day(newest)]).toEqual(expected);
  });
});

describe('what waits for a restart', () => {
  const waits = { kb: 'KB5034763', at: '-2d', code: '0x00240005' };
  const waiting = (one: Bare): readonly string[] =>
    factsOf(one).waiting.updates.map(({ name }) => name);

  test.each<readonly [string, Bare, readonly string[]]>([
    ['an update of after the last start', { installed: [waits] }, ['KB5034763']],
    ['none of before it', { installed: [waits], patch: { os: { lastBoot: '-1d' } } }, []],
    [
      'none where no start is on record',
      { installed: [waits], patch: { os: { lastBoot: null } } },
      [],
    ],
    [
      'none that failed since',
      { installed: [waits], fails: [{ kb: 'KB5034763', code: '0x800F0922', at: '-1d' }] },
      [],
    ],
    [
      'none that failed minutes later',
      {
        installed: [{ ...waits, at: '-1d' }],
        fails: [{ kb: 'KB5034763', code: '0x800F0922', at: '-1435m' }],
      },
      [],
    ],
    [
      'one of after the last start that waited for an earlier one too',
      { installed: [{ ...waits, at: '-4d' }, waits], patch: { os: { lastBoot: '-3d' } } },
      ['KB5034763'],
    ],
    [
      'one without a KB, by its title',
      { installed: [{ ...waits, kb: '', title: 'Windows 11, version 23H2' }] },
      ['Windows 11, version 23H2'],
    ],
  ])('%s', (_, one, expected) => expect(waiting(one)).toEqual(expected));

  test('the newest first', () => {
    const older = { ...waits, kb: 'KB5034466', at: '-3d' };
    const { updates, newest } = factsOf({ installed: [older, waits] }).waiting;
    expect([updates.map(({ name }) => name), day(newest)]).toEqual([
      ['KB5034763', 'KB5034466'],
      '2024-02-18',
    ]);
  });
});
