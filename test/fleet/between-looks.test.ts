import { describe, expect, test } from 'vitest';
import { changesBetween, type TwoLooks } from '../../src/fleet/between-looks.ts';
import type { Traits } from '../../src/fleet/traits.ts';

function traits(all: Readonly<Record<string, readonly string[]>>): Traits {
  return {
    known: new Set(Object.keys(all)),
    all: Object.entries(all).flatMap(([kind, list]) => list.map((value) => ({ kind, value }))),
    dated: [],
  };
}

const OLD = traits({ agent: ['Acme', 'Acme 5.0'], policy: [] });
const NEW = traits({ agent: ['Acme', 'Acme 5.1'], policy: [] });

function fleet(affected: number, changed: number, others: number, alsoChanged: number): TwoLooks[] {
  const host = (isAffected: boolean, has: boolean): TwoLooks => ({
    isAffected,
    before: OLD,
    after: has ? NEW : OLD,
  });
  return [
    ...Array.from({ length: affected }, (_, at) => host(true, at < changed)),
    ...Array.from({ length: others }, (_, at) => host(false, at < alsoChanged)),
  ];
}

const said = (hosts: readonly TwoLooks[]) =>
  changesBetween(hosts).map(
    ({ how, kind, value, affected, affectedKnown, others, othersKnown }) =>
      `${how} ${kind} ${value} ${affected}/${affectedKnown} ${others}/${othersKnown}`,
  );

describe('what changed between two looks', () => {
  test.each<[string, TwoLooks[], string[]]>([
    [
      'is said where those with the cause changed, and the others did not',
      fleet(5, 5, 20, 1),
      ['came agent Acme 5.1 5/5 1/20', 'went agent Acme 5.0 5/5 1/20'],
    ],
    ['is not where the others changed as often', fleet(5, 5, 20, 20), []],
    ['is not where chance does as much', fleet(3, 3, 3, 2), []],
    ['is not where fewer than half changed', fleet(20, 9, 200, 0), []],
    [
      'is where just half did',
      fleet(20, 10, 200, 0),
      ['came agent Acme 5.1 10/20 0/200', 'went agent Acme 5.0 10/20 0/200'],
    ],
    [
      'is where there are no others, whatever chance does',
      fleet(3, 3, 0, 0),
      ['came agent Acme 5.1 3/3 0/0', 'went agent Acme 5.0 3/3 0/0'],
    ],
    ['is nothing where nothing changed', fleet(5, 0, 20, 0), []],
  ])('%s', (_, hosts, expected) => {
    expect(said(hosts)).toEqual(expected);
  });

  test('is not said of a kind that one of the looks did not see', () => {
    const blind = traits({ policy: [] });
    const host = { isAffected: true, before: blind, after: NEW };
    expect(said([host, host, host])).toEqual([]);
  });

  test('names a version once, and not its product beside it', () => {
    const host = { isAffected: true, before: traits({ agent: [] }), after: NEW };
    expect(said([host, host, host])).toEqual(['came agent Acme 5.1 3/3 0/0']);
  });
});
