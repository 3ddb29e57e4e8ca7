import { describe, expect, test } from 'vitest';
import type { HostPatch, PatchStatus } from '../../src/core/host-patch.ts';
import type { HostPatches } from '../../src/patches/patch-summary.ts';
import { VerdictBook } from '../../src/patches/patch-verdict.ts';

const patch = (status: PatchStatus): HostPatch => ({
  key: 'KB5034763',
  kb: 'KB5034763',
  title: 'Update',
  family: 'cumulative',
  status,
  detection: { state: 'unknown', at: undefined, from: '' },
  deployment: {
    state: 'never',
    at: undefined,
    code: '',
    exit: undefined,
    tries: 0,
    limit: undefined,
    from: '',
  },
  approval: 'unknown',
  isByOtherMeans: false,
  isClaimOnly: false,
  installedAt: undefined,
  offer: {},
  life: [],
});

const hosts = (count: number, status: PatchStatus, cause: string, build = '19045.4046') =>
  Array.from({ length: count }, (_, at): HostPatches => ({
    host: `${status}-${at}`,
    locale: '',
    build,
    cause,
    patches: [patch(status)],
  }));

function judged(...groups: readonly (readonly HostPatches[])[]) {
  const book = new VerdictBook();
  for (const host of groups.flat()) book.note(host);
  return book.judged();
}

describe('a patch', () => {
  test.each([
    ['that went well on many hosts is stable', 60, 0, 'unexplained-failure', 'stable'],
    ['that went well on a few hosts may have been lucky', 10, 0, 'unexplained-failure', 'too-few'],
    [
      'that fails often for no reason of its hosts asks for caution',
      20,
      10,
      'unexplained-failure',
      'caution',
    ],
    ['that failed on one of three says little', 2, 1, 'unexplained-failure', 'too-few'],
    ['that full disks keep out is not blamed', 60, 30, 'disk-full', 'stable'],
    [
      'that only failed for reasons of its hosts was never really tried',
      0,
      30,
      'disk-full',
      'too-few',
    ],
    [
      'with an issue that Microsoft has published says so',
      60,
      1,
      'update-known-issue',
      'known-issue',
    ],
  ])('%s', (_, well, failed, cause, verdict) => {
    const [one] = judged(hosts(well, 'installed', 'none'), hosts(failed, 'failed', cause));
    expect(one?.verdict).toBe(verdict);
  });

  test('is judged by the build that it was installed on', () => {
    const verdicts = judged(
      hosts(60, 'installed', 'none', '19045.4046'),
      hosts(20, 'failed', 'unexplained-failure', '22631.3155'),
    ).map(({ build, verdict }) => [build, verdict]);
    expect(verdicts).toEqual([
      ['22631', 'caution'],
      ['19045', 'stable'],
    ]);
  });

  test('that nobody tried is not judged', () => {
    expect(judged(hosts(5, 'missing', 'none'))).toEqual([]);
  });
});
