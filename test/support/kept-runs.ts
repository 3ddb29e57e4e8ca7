/** Runs as a history keeps them, drawn at random: few hosts and few patches, so that they meet. */
import fc from 'fast-check';
import { PATCH_STATUSES, type KeptPatch } from '../../src/core/host-patch.ts';
import type { KeptHost, KeptRunHead } from '../../src/database/kept-run.ts';

export interface KeptRun {
  readonly head: KeptRunHead;
  readonly hosts: readonly KeptHost[];
}

const START = Date.parse('2026-01-05T06:00:00Z');
const DAY_MS = 86_400_000;

const KBS = ['KB5990101', 'KB5990202', 'KB5990302', 'KB5042320', 'KB2267602'] as const;
const TITLES: Readonly<Record<(typeof KBS)[number], readonly string[]>> = {
  KB5990101: ['2026-01 Cumulative Update (KB5990101)', '2026-01 Aggiornamento (KB5990101)'],
  KB5990202: ['2026-02 Cumulative Update (KB5990202)'],
  KB5990302: ['2026-03 累積更新プログラム (KB5990302)', 'KB5990302'],
  KB5042320: ['2024-08 Security Update (KB5042320)'],
  KB2267602: ['Security Intelligence Update - KB2267602'],
};
const FAMILIES: Readonly<Record<(typeof KBS)[number], string>> = {
  KB5990101: 'cumulative',
  KB5990202: 'cumulative',
  KB5990302: 'cumulative',
  KB5042320: 'winre',
  KB2267602: 'definition',
};

function patch(kb: (typeof KBS)[number], at: number): fc.Arbitrary<KeptPatch> {
  const time = fc.integer({ min: START - 30 * DAY_MS, max: at });
  const maybe = fc.option(time, { nil: undefined });
  return fc
    .record({
      title: fc.constantFrom(...TITLES[kb]),
      status: fc.constantFrom(...PATCH_STATUSES.filter((each) => each !== 'no-data')),
      detected: maybe,
      deployed: maybe,
      installed: maybe,
      deployment: fc.constantFrom('never', 'success', 'success-restart', 'failed', 'in-progress'),
      code: fc.constantFrom('', '0x80070643', '0x80070070'),
      exit: fc.option(fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 }), { nil: undefined }),
      tries: fc.nat(50),
      limit: fc.option(fc.nat(9), { nil: undefined }),
      flags: fc.nat(3),
      severity: fc.constantFrom(undefined, 'Critical', 'Important'),
    })
    .map((drawn) => ({
      key: kb,
      kb,
      title: drawn.title,
      family: FAMILIES[kb],
      status: drawn.status,
      detection: { state: 'unknown' as const, at: drawn.detected },
      deployment: {
        state: drawn.deployment,
        at: drawn.deployed,
        code: drawn.code,
        exit: drawn.exit,
        tries: drawn.tries,
        limit: drawn.limit,
      },
      approval: 'unknown' as const,
      installedAt: drawn.installed,
      isByOtherMeans: (drawn.flags & 1) !== 0,
      isClaimOnly: (drawn.flags & 2) !== 0,
      offer: drawn.severity === undefined ? {} : { severity: drawn.severity },
    }));
}

function host(name: string, at: number): fc.Arbitrary<KeptHost> {
  const seen = fc
    .record({
      site: fc.constantFrom('milano', 'roma', ''),
      cause: fc.constantFrom('none', 'disk-full', 'pending-reboot'),
      locale: fc.constantFrom('en-US', 'it-IT', 'ja-JP'),
      patches: fc.subarray([...KBS]).chain((kbs) => fc.tuple(...kbs.map((kb) => patch(kb, at)))),
      evidence: fc.option(fc.uint8Array({ minLength: 1, maxLength: 200 }), { nil: undefined }),
      ago: fc.nat(3600_000),
    })
    .map(({ site, cause, locale, patches, evidence, ago }): KeptHost => ({
      name,
      labels: { client: 'acme', ...(site !== '' && { site }) },
      kind: 'judged',
      status: cause === 'none' ? 'ok' : 'failing',
      cause,
      findings: cause === 'none' ? [] : [{ cause, confidence: 0.87, firstSeen: at - 5 * DAY_MS }],
      build: '19045.4046',
      locale: patches.length === 0 ? '' : locale,
      collectedAt: at - ago,
      mode: 'powershell',
      patches,
      evidence,
    }));
  const unseen = fc.constantFrom('contact' as const, 'skipped' as const).map((kind): KeptHost => ({
    name,
    labels: { client: 'acme' },
    kind,
    status: kind === 'contact' ? 'unreachable' : 'skipped',
    cause: kind === 'contact' ? 'contact-timeout' : undefined,
    findings: [],
    build: '',
    locale: '',
    collectedAt: undefined,
    mode: 'none',
    patches: undefined,
    evidence: undefined,
  }));
  return fc.oneof({ weight: 4, arbitrary: seen }, { weight: 1, arbitrary: unseen });
}

function run(at: number): fc.Arbitrary<KeptRun> {
  const startedAt = new Date(START + at * 10 * DAY_MS);
  const id = `${startedAt.toISOString().slice(0, 19).replaceAll(':', '-')}Z-0000`;
  return fc
    .subarray(['ws-1', 'ws-2', 'ws-3', 'WS-4', 'till-5', 'レジ-6'], { minLength: 1 })
    .chain((names) => fc.tuple(...names.map((name) => host(name, startedAt.getTime()))))
    .map((hosts) => ({
      head: {
        run: {
          id,
          source: 'inventory',
          inventory: 'fleet.yaml',
          startedAt: startedAt.toISOString(),
          finishedAt: startedAt.toISOString(),
          threshold: 3,
          tool: { name: 'patchwhy', version: '0.1.0', catalogue: '2026-11-27' },
        },
        isComplete: true,
        fingerprint: '100-50',
      },
      hosts,
    }));
}

/** Up to seven runs, ten days apart. */
export const keptRuns: fc.Arbitrary<readonly KeptRun[]> = fc
  .subarray([0, 1, 2, 3, 4, 5, 6], { minLength: 1 })
  .chain((at) => fc.tuple(...at.map(run)));
