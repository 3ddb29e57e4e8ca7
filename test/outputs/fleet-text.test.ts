import { describe, expect, test } from 'vitest';
import type { Pattern, Spread } from '../../src/core/fleet.ts';
import { fixLines, spreadLines } from '../../src/outputs/fleet-text.ts';
import { SCAN_WORDS } from '../../src/outputs/scan-words.ts';
import type { CauseSummary } from '../../src/outputs/scan-document.ts';

const TEST = { name: 'fisher-exact', correction: 'tarone-holm', looked: 9, alpha: 0.05 } as const;
const shared = {
  kind: 'wsus',
  value: 'http://w1',
  bearing: 'relay',
  affected: 25,
  affectedKnown: 25,
  others: 0,
  othersKnown: 82,
  p: 1.23e-22,
} as const;

function cause(pattern: Partial<Pattern>, since?: Spread['since']): CauseSummary {
  return {
    id: 'x',
    title: 'X',
    category: 'test',
    hostCount: 25,
    hostCountAny: 25,
    hosts: [],
    recurring: true,
    sites: {},
    spread: {
      tried: 108,
      interval: { low: 0.162, high: 0.319 },
      reach: 'systemic',
      ...(since && { since }),
      pattern: { tie: 'random', shared: [], changed: [], test: TEST, ...pattern },
    },
  };
}

describe('a flagged cause', () => {
  test('says how far it reaches, since when, what its hosts share, and what changed', () => {
    const told = cause(
      {
        tie: 'relay',
        shared: [shared, { ...shared, kind: 'site', value: 'milano\u001B[2J' }],
        changed: [
          { kind: 'update', value: 'KB2', hosts: 8, of: 9, at: '2026-11-16T00:00:00.000Z' },
        ],
      },
      { at: '2026-11-17T21:17:00.000Z', hosts: 9 },
    );
    expect(spreadLines(told, SCAN_WORDS.en)).toMatchInlineSnapshot(`
      [
        "reach: systemic, 25 of 108 hosts that could have it (16.2 % to 31.9 % with 95 % confidence)",
        "since: 2026-11-17T21:17:00.000Z (9 of 25 hosts tell since when)",
        "pattern: relay; wsus http://w1 on 25 of 25, on 0 of 82 others (p 1e-22); or, on the same hosts: site milano␛[2J on 25 of 25, on 0 of 82 others (p 1e-22)",
        "changed: update KB2 within the week before, on 8 of 9 hosts, first 2026-11-16T00:00:00.000Z",
      ]
    `);
  });

  test.each<[Partial<Pattern>, string]>([
    [{}, 'pattern: random; whatever its hosts share, others have as often'],
    [{ tie: 'unknown', why: 'too-few' }, 'pattern: cannot tell: too few hosts'],
    [
      { tie: 'unknown', why: 'partial', shared: [{ ...shared, affected: 9, p: 0.004 }] },
      'pattern: cannot tell: something is shared, but it explains less than half of the hosts: wsus http://w1 on 9 of 25, on 0 of 82 others (p 0.004)',
    ],
  ])('says where %o', (pattern, line) => {
    expect(spreadLines(cause(pattern), SCAN_WORDS.en).at(-1)).toBe(line);
  });

  test('says nothing of a run that was not judged as a whole', () => {
    const { spread: _, ...old } = cause({});
    expect(spreadLines(old, SCAN_WORDS.en)).toEqual([]);
  });
});

test('fixes are told in order, with the hosts that come back; the long tail in one line', () => {
  const fix = (id: number, hosts: number, total: number, unseen = 0) => ({
    cause: `c${id}`,
    title: `C ${id}`,
    hosts,
    total,
    unseen,
  });
  const fixes = [fix(1, 9, 9), fix(2, 0, 9), fix(3, 4, 13, 4), fix(4, 3, 16), fix(5, 2, 18)];
  expect(fixLines([...fixes, fix(6, 1, 19), fix(7, 1, 20), fix(8, 1, 21)], SCAN_WORDS.en))
    .toMatchInlineSnapshot(`
    [
      "fix in this order:",
      "    1. c1: 9 hosts back",
      "    2. c3: 4 more, 13 in all (4 to be looked at again)",
      "    3. c4: 3 more, 16 in all",
      "    4. c5: 2 more, 18 in all",
      "    5. c6: 1 more, 19 in all",
      "    and 2 more, 21 hosts in all",
    ]
  `);
  expect(fixLines([fix(1, 1, 1)], SCAN_WORDS.en)).toEqual([
    'fix in this order:',
    '    1. c1: 1 host back',
  ]);
  expect(fixLines([], SCAN_WORDS.en)).toEqual([]);
});
