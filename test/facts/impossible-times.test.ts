import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Facts } from '../../src/facts/declared.ts';
import { examine } from '../../src/facts/examine.ts';
import type { CauseCase } from '../causes/cause-case.ts';
import { evidenceOf } from '../causes/cause-case.ts';

const KNOWLEDGE = { lifecycle: [], builds: [] };
const failed = { kb: 'KB5034763', code: '0x80073712', at: '-4d' };
const FUTURE = '2099-01-01T00:00:00Z';

function factsOf(one: Omit<CauseCase, 'name'>): Facts {
  return examine(evidenceOf({ name: 'x', ...one }), KNOWLEDGE).facts;
}

/** The failure of four days ago, and a success of the same update at that time. */
function withSuccessAt(time: string): Facts {
  const evidence = evidenceOf({ name: 'x', fails: [failed] });
  const history = evidence.windowsUpdate?.history ?? [];
  const success = {
    time,
    operation: 'install',
    result: 'succeeded',
    kb: 'KB5034763',
    title: '(KB5034763)',
  } as const;
  const windowsUpdate = { ...evidence.windowsUpdate, history: [...history, success] };
  return examine({ ...evidence, windowsUpdate }, KNOWLEDGE).facts;
}

describe('a time that cannot be', () => {
  test('a success after the look cures no failure', () => {
    expect(withSuccessAt(FUTURE).open.installs.map(({ name }) => name)).toEqual(['KB5034763']);
  });

  test('nor does it count as the newest install', () => {
    expect(withSuccessAt(FUTURE).installed.name).toBe('KB5034122');
  });

  test('a failure after the look stays open', () => {
    const { open } = factsOf({ fails: [{ ...failed, at: FUTURE }] });
    expect(open.installs.map(({ name }) => name)).toEqual(['KB5034763']);
  });

  test('a good search after the look is none', () => {
    const { scan } = factsOf({ patch: { windowsUpdate: { lastScanSuccess: FUTURE } } });
    expect(scan.isGood).toBe(false);
  });

  test('a start after the look is not taken for the last one', () => {
    const boot = factsOf({ patch: { os: { lastBoot: FUTURE } } }).os.lastBoot;
    expect(boot.getTime()).toBeLessThan(Date.parse(FUTURE));
  });

  test('whatever year a success claims, only one between failure and look cures', () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true }), (time) => {
        const { collectedAt } = evidenceOf({ name: 'x' });
        const isPlausible = time.getTime() <= Date.parse(collectedAt) + 86_400_000;
        const isLater = time.getTime() > Date.parse(collectedAt) - 4 * 86_400_000;
        const isOpen = withSuccessAt(time.toISOString()).open.installs.length > 0;
        expect(isOpen).toBe(!(isPlausible && isLater));
      }),
    );
  });
});
