import { expect, test } from 'vitest';
import { examine } from '../../src/facts/examine.ts';
import { updateState } from '../../src/facts/update-state.ts';
import type { CauseCase } from '../causes/cause-case.ts';
import { evidenceOf } from '../causes/cause-case.ts';

const BUILDS = [
  { build: 19_045, kb: 'KB5034122', ubr: 3930 },
  { build: 19_045, kb: 'KB5034763', ubr: 4046 },
];
const KNOWLEDGE = { lifecycle: [], builds: BUILDS };
const KB = 'KB5034441';

const cases: readonly (readonly [
  what: string,
  one: Omit<CauseCase, 'name'>,
  kb: string,
  state: string,
])[] = [
  [
    'failed and was not cured',
    { fails: [{ kb: KB, code: '0x80070643', at: '-1d' }] },
    KB,
    'failing',
  ],
  ['is in the list of hotfixes', { installed: [{ kb: KB, at: '-20d' }] }, KB, 'installed'],
  [
    'failed and was installed later',
    {
      fails: [{ kb: KB, code: '0x80070643', at: '-3d' }],
      installed: [{ kb: KB, at: '-1d' }],
    },
    KB,
    'installed',
  ],
  [
    'is offered',
    { patch: { windowsUpdate: { applicable: [{ title: KB, kb: KB }] } } },
    KB,
    'missing',
  ],
  ['is contained in the running build', { installed: [] }, 'KB5034122', 'installed'],
  ['is newer than the running build', { installed: [] }, 'KB5034763', 'missing'],
  ['nothing speaks of', {}, KB, 'no-record'],
];

test.each(cases)('an update that %s', (_, one, kb, state) => {
  const { facts } = examine(evidenceOf({ name: 'x', ...one }), KNOWLEDGE);
  expect(updateState(facts, kb, BUILDS)).toMatchObject({ state });
});

test('where nothing could be read, nobody says that the update is absent', () => {
  const bare = { schema: 'evidence/1', host: 'x', collectedAt: '2024-02-20T08:00:00Z' } as const;
  const { facts } = examine(bare, KNOWLEDGE);
  expect(updateState(facts, KB, BUILDS)).toEqual({ state: 'unknown', pointer: '' });
});

test('a failure brings its code, and the place where it was read', () => {
  const one = evidenceOf({ name: 'x', fails: [{ kb: KB, code: '0x80070643', at: '-1d' }] });
  expect(updateState(examine(one, KNOWLEDGE).facts, KB, BUILDS)).toMatchObject({
    code: '0x80070643',
    pointer: expect.stringMatching(/^\/(windowsUpdate\/history|events)\/\d/) as string,
  });
});
