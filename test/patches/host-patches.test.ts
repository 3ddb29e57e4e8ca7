import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PATCH_STATUSES, type HostPatch } from '../../src/core/host-patch.ts';
import type { Evidence } from '../../src/core/look.ts';
import { hostPatches } from '../../src/patches/host-patches.ts';

const BUILDS = [
  { kb: 'KB5034763', build: 19_045, ubr: 4046 },
  { kb: 'KB5034122', build: 19_045, ubr: 3930 },
];
const KNOWLEDGE = { builds: BUILDS, lifecycle: [] };
const DAY = 86_400_000;
const NOW = Date.parse('2024-02-20T06:00:00Z');

/** So many days before the look. */
const ago = (days: number): string => new Date(NOW - days * DAY).toISOString();

const CU =
  '2024-02 Cumulative Update for Windows 10 Version 22H2 for x64-based Systems (KB5034763)';
const NET = '2024-02 Cumulative Update for .NET Framework 3.5 and 4.8.1 (KB5034685)';

type Parts = Omit<Evidence, 'schema' | 'host' | 'collectedAt'>;

function patches(parts: Parts): readonly HostPatch[] {
  const evidence: Evidence = {
    schema: 'evidence/1',
    host: 'ws-1',
    collectedAt: ago(0),
    ...parts,
  };
  return hostPatches(evidence, KNOWLEDGE);
}

function patch(kb: string, parts: Parts): HostPatch {
  const found = patches(parts).find((one) => one.kb === kb);
  if (found === undefined) throw new Error(`nothing of ${kb}`);
  return found;
}

type History = NonNullable<NonNullable<Evidence['windowsUpdate']>['history']>[number];
const tried = (title: string, days: number, hresult = '0x00000000'): History => ({
  time: ago(days),
  operation: 'install',
  result: hresult === '0x00000000' || hresult === '0x00240005' ? 'succeeded' : 'failed',
  hresult,
  title,
  kb: /KB\d+/.exec(title)?.[0] ?? null,
});
const row = (more: object) => ({
  product: 'KACE',
  deployments: [{ kb: 'KB5034763', title: CU, ...more }],
});
const os = { build: 19_045, ubr: 3930, lastBoot: ago(10) };

describe('what a host has is told by detection, never by a job', () => {
  test.each<[string, string, HostPatch['status'], HostPatch['detection']['state'], Parts]>([
    [
      'a running build that has reached it is proof',
      'KB5034763',
      'installed',
      'installed',
      { os: { ...os, ubr: 4046 }, windowsUpdate: { history: [tried(CU, 3)] } },
    ],
    [
      '[KAC-29/30] a success that nothing has looked at since waits for a look',
      'KB5034685',
      'verify-pending',
      'unknown',
      { os, windowsUpdate: { history: [tried(NET, 3)], lastScanSuccess: ago(5) } },
    ],
    [
      '[KAC-31] a search after it that offers it no more confirms it',
      'KB5034685',
      'installed',
      'installed',
      {
        os,
        windowsUpdate: { history: [tried(NET, 3)], lastScanSuccess: ago(1), applicable: [] },
      },
    ],
    [
      'a success that the search still offers is missing',
      'KB5034685',
      'missing',
      'missing',
      {
        os,
        windowsUpdate: {
          history: [tried(NET, 3)],
          lastScanSuccess: ago(1),
          applicable: [{ title: NET, kb: 'KB5034685' }],
        },
      },
    ],
    [
      '[KAC-34] a job that says success while the host detects it as missing',
      'KB5034763',
      'missing',
      'missing',
      {
        os,
        agents: [
          row({ exitCode: 0, deployedAt: ago(3), detection: 'notPatched', detectedAt: ago(1) }),
        ],
      },
    ],
    [
      'a job that says success, detection before it: to be verified',
      'KB5034685',
      'verify-pending',
      'missing',
      {
        os,
        agents: [
          {
            product: 'KACE',
            deployments: [
              {
                kb: 'KB5034685',
                title: NET,
                exitCode: 0,
                deployedAt: ago(3),
                detection: 'notPatched',
                detectedAt: ago(4),
              },
            ],
          },
        ],
      },
    ],
    [
      '[NAB-03] the list of hotfixes alone',
      'KB5034685',
      'installed',
      'installed',
      { os, hotfixes: [{ kb: 'KB5034685', installedOn: null }] },
    ],
  ])('%s', (_, kb, status, detected, parts) => {
    const found = patch(kb, parts);
    expect({ status: found.status, detected: found.detection.state }).toEqual({ status, detected });
  });
});

describe('what is in the way', () => {
  test.each<[string, string, HostPatch['status'], Parts]>([
    [
      'a failure that is still open',
      'KB5034763',
      'failed',
      { os, windowsUpdate: { history: [tried(CU, 3, '0x80070643'), tried(CU, 2, '0x80070643')] } },
    ],
    [
      'a failure settled by a later success in the list of hotfixes is none',
      'KB5034685',
      'installed',
      {
        os,
        windowsUpdate: { history: [tried(NET, 3, '0x80070643')] },
        hotfixes: [{ kb: 'KB5034685', installedOn: ago(1).slice(0, 10) }],
      },
    ],
    [
      'a success that waits for a restart',
      'KB5034763',
      'reboot-required',
      { os, windowsUpdate: { history: [tried(CU, 3, '0x00240005')] } },
    ],
    [
      'an update that was replaced while it failed',
      'KB5034122',
      'installed',
      {
        os: { ...os, ubr: 4046 },
        windowsUpdate: { history: [tried(CU.replace('KB5034763', 'KB5034122'), 30, '0x80070643')] },
      },
    ],
    [
      '[KAC-32] one that does not apply',
      'KB5034685',
      'not-applicable',
      {
        os,
        windowsUpdate: {
          history: [tried(NET, 3, '0x80240017')],
          lastScanSuccess: ago(1),
          applicable: [],
        },
      },
    ],
    [
      'declined at the server',
      'KB5034763',
      'ignored',
      { os, agents: [row({ approval: 'declined', detection: 'notPatched', detectedAt: ago(1) })] },
    ],
    [
      '[KAC-39] inactive at the server',
      'KB5034763',
      'inactive',
      { os, agents: [row({ approval: 'inactive', detection: 'notPatched', detectedAt: ago(1) })] },
    ],
    [
      'hidden on the host',
      'KB5034685',
      'ignored',
      { os, windowsUpdate: { applicable: [{ title: NET, hidden: true }] } },
    ],
    [
      '[DAT-17] approved, and its turn has not come',
      'KB5034763',
      'pending',
      { os, agents: [row({ approval: 'approved', detection: 'notPatched', detectedAt: ago(1) })] },
    ],
    [
      '[DAT-18] not approved',
      'KB5034763',
      'missing',
      {
        os,
        agents: [row({ approval: 'notApproved', detection: 'notPatched', detectedAt: ago(1) })],
      },
    ],
    [
      'at work just now',
      'KB5034685',
      'installing',
      {
        os,
        windowsUpdate: { applicable: [{ title: NET, kb: 'KB5034685' }] },
        events: [
          {
            log: 'System',
            provider: 'Microsoft-Windows-WindowsUpdateClient',
            id: 43,
            time: ago(0.01),
            data: { updateTitle: NET },
          },
        ],
      },
    ],
    [
      'superseded in the component store',
      'KB5034685',
      'superseded',
      { os, packages: [{ name: 'Package_for_KB5034685~31bf~amd64~~10.0', state: 'superseded' }] },
    ],
  ])('%s', (_, kb, status, parts) => {
    expect(patch(kb, parts).status).toBe(status);
  });
});

test('[KAC-22..24] tries since it last went well, the limit, and the exit code as it came', () => {
  const history = [
    tried(CU, 40),
    tried(CU, 3, '0x80070643'),
    tried(CU, 2, '0x80070643'),
    tried(CU, 1, '0x80070643'),
  ];
  const { deployment } = patch('KB5034763', {
    os,
    windowsUpdate: { history },
    agents: [row({ attempts: 3, maxAttempts: 3, exitCode: 1603, deployedAt: ago(1) })],
  });
  expect(deployment).toMatchObject({ state: 'failed', tries: 3, limit: 3, exit: 1603 });
  expect(deployment.code).toMatch(/^0x80070643$/);
});

test('[NAB-04] the life of a patch is dated, oldest first', () => {
  const { life } = patch('KB5034763', {
    os: { ...os, ubr: 4046, lastBoot: ago(1) },
    windowsUpdate: { history: [tried(CU, 3, '0x80070070'), tried(CU, 2, '0x00240005')] },
  });
  expect(life.map(({ what }) => what)).toEqual([
    'failed',
    'waits-for-restart',
    'restarted',
    'detected-installed',
  ]);
  expect(life.map(({ at }) => at)).toEqual(life.map(({ at }) => at).toSorted((a, b) => a - b));
});

test('installed by other means is said where nobody tells when or by whom [NAB-03]', () => {
  const unknown = patch('KB5034685', { os, hotfixes: [{ kb: 'KB5034685', installedOn: null }] });
  const known = patch('KB5034685', {
    os,
    hotfixes: [{ kb: 'KB5034685', installedOn: '2024-02-14' }],
  });
  expect([unknown.isByOtherMeans, known.isByOtherMeans]).toEqual([true, false]);
});

test('[KAC-23] a patch that was never tried has no date of deployment', () => {
  const { deployment } = patch('KB5034685', {
    os,
    windowsUpdate: { applicable: [{ title: NET, kb: 'KB5034685' }] },
  });
  expect(deployment).toMatchObject({ state: 'never', at: undefined, tries: 0 });
});

test('whatever a host tells, in whatever order: each patch once, with one status', () => {
  const title = fc.constantFrom(
    CU,
    NET,
    'Some driver - Net - 1.2.3',
    '2024-01 Something (KB5034122)',
  );
  const entry = fc.record({
    title,
    days: fc.integer({ min: -400, max: 400 }),
    code: fc.constantFrom('0x00000000', '0x00240005', '0x80070643', '0x80240017'),
  });
  const offer = fc.record({ title, hidden: fc.boolean(), downloaded: fc.boolean() });
  fc.assert(
    fc.property(
      fc.uniqueArray(entry, { selector: ({ days }) => days }),
      fc.array(offer),
      fc.integer({ min: 1, max: 9000 }),
      (tries, offers, ubr) => {
        const history = tries.map((one) => tried(one.title, one.days, one.code));
        const parts = { os: { ...os, ubr }, windowsUpdate: { history, applicable: offers } };
        const found = patches(parts);
        expect(new Set(found.map(({ key }) => key)).size).toBe(found.length);
        for (const { status } of found) expect(PATCH_STATUSES).toContain(status);
        const turned = patches({
          ...parts,
          windowsUpdate: { history: history.toReversed(), applicable: offers },
        });
        const byKey = (all: readonly HostPatch[]) =>
          new Map(all.map(({ key, status }) => [key, status]));
        expect(byKey(turned)).toEqual(byKey(found));
      },
    ),
  );
});
