import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type HostPatch, PATCH_STATUSES } from '../../src/core/host-patch.ts';
import { inInstallOrder, installStep } from '../../src/patches/install-order.ts';
import { type HostPatches, PatchBook, type PatchSummary } from '../../src/patches/patch-summary.ts';

const never = {
  state: 'never',
  at: undefined,
  code: '',
  exit: undefined,
  tries: 0,
  limit: undefined,
  from: '',
} as const;

const hostPatch = fc
  .record({
    key: fc.constantFrom('KB1', 'KB2', 'KB3'),
    status: fc.constantFrom(...PATCH_STATUSES.filter((status) => status !== 'no-data')),
    isTried: fc.boolean(),
    severity: fc.constantFrom('Critical', 'Low', undefined),
    sizeBytes: fc.option(fc.nat(), { nil: undefined }),
    title: fc.constantFrom('Aggiornamento', 'Update', '更新'),
  })
  .map(({ key, status, isTried, severity, sizeBytes, title }): HostPatch => ({
    key,
    kb: key,
    title,
    family: 'other',
    status,
    detection: { state: 'unknown', at: undefined, from: '' },
    deployment: isTried ? { ...never, state: 'failed' } : never,
    approval: 'unknown',
    isByOtherMeans: false,
    isClaimOnly: false,
    installedAt: undefined,
    offer: { ...(severity && { severity }), ...(sizeBytes !== undefined && { sizeBytes }) },
    life: [],
  }));
const hosts = fc.array(
  fc.record({
    host: fc.string(),
    build: fc.constant('19045.4046'),
    cause: fc.constant('none'),
    locale: fc.constantFrom('it-IT', 'en-US', 'ja-JP', ''),
    patches: fc.option(fc.uniqueArray(hostPatch, { selector: ({ key }) => key }), {
      nil: undefined,
    }),
  }),
);

function summaries(fleet: readonly HostPatches[]): readonly PatchSummary[] {
  const book = new PatchBook('en');
  for (const host of fleet) book.note(host);
  return [...book.summaries()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

test('the counts of every patch add up to the hosts of the run, for any fleet', () => {
  fc.assert(
    fc.property(hosts, (fleet) => {
      for (const { counts, targeted, tried, succeeded, failed } of summaries(fleet)) {
        const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
        expect(all).toBe(fleet.length);
        expect(targeted).toBe(
          all - counts['not-applicable'] - counts['no-record'] - counts['no-data'],
        );
        expect(tried).toBeLessThanOrEqual(targeted);
        expect(succeeded + failed).toBeLessThanOrEqual(targeted);
        expect(succeeded).toBe(counts.installed + counts['reboot-required']);
      }
    }),
  );
});

test('the order in which hosts come in changes no figure and no word', () => {
  fc.assert(
    fc.property(
      hosts.chain((fleet) =>
        fc.tuple(fc.constant(fleet), fc.shuffledSubarray(fleet, { minLength: fleet.length })),
      ),
      ([fleet, shuffled]) => {
        expect(summaries(shuffled)).toEqual(summaries(fleet));
      },
    ),
  );
});

test('[DAT-80..84] the order of installation has ten steps, the newest first within one', () => {
  const offers: [string, PatchSummary['offer']][] = [
    ['rest', {}],
    ['update', { classification: 'update' }],
    ['critical', { classification: 'critical' }],
    ['rollup', { classification: 'rollup' }],
    ['service pack', { classification: 'service-pack' }],
    ['security', { classification: 'security' }],
    ['security, low', { classification: 'security', severity: 'Low' }],
    ['security, moderate', { classification: 'security', severity: 'Moderate' }],
    ['security, important', { classification: 'security', severity: 'Important' }],
    ['security, critical, old', { classification: 'security', severity: 'Critical', released: 1 }],
    ['security, critical, new', { classification: 'security', severity: 'Critical', released: 2 }],
  ];
  const [one] = summaries([
    { host: 'x', locale: '', build: '', cause: '', patches: fc.sample(hostPatch, 1) },
  ]);
  const patches = offers.map(([title, offer]) => ({ ...(one as PatchSummary), title, offer }));
  expect(inInstallOrder(patches).map(({ title }) => title)).toEqual([
    'security, critical, new',
    'security, critical, old',
    'security, important',
    'security, moderate',
    'security, low',
    'security',
    'service pack',
    'rollup',
    'critical',
    'update',
    'rest',
  ]);
  expect(new Set(patches.map(installStep)).size).toBe(10);
});
