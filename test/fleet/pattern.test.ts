import { describe, expect, test } from 'vitest';
import { patternOf } from '../../src/fleet/pattern.ts';
import type { Traits } from '../../src/fleet/traits.ts';

const host = (traits: Readonly<Record<string, string | readonly string[]>>): Traits =>
  new Map(
    Object.entries(traits).map(([key, value]) => [
      key,
      typeof value === 'string' ? [value] : value,
    ]),
  );
const many = (count: number, traits: (index: number) => Parameters<typeof host>[0]): Traits[] =>
  Array.from({ length: count }, (_, index) => host(traits(index)));

const SITES = ['milano', 'torino', 'roma', 'lyon'];
/** A host like any other. */
const plain = (index: number) => ({
  site: SITES[index % 4] ?? '',
  build: index % 3 === 0 ? '19045' : '26100',
  agent: index % 5 === 0 ? [] : ['Agent A'],
  'policy auOptions': String(2 + (index % 3)),
  kb: index % 2 === 0 ? ['KB1', 'KB2'] : ['KB2'],
});

describe('what hosts with one cause share, and the others do not', () => {
  test.each([
    ['one site', { site: 'milano' }, 'relay', ['site']],
    ['one WSUS server', { wsus: 'wsus-1' }, 'relay', ['wsus']],
    ['an agent', { agent: ['Agent B'] }, 'agent', ['agent']],
    ['a policy value', { 'policy auOptions': '7' }, 'policy', ['policy auOptions']],
    ['an update that only they tried', { kb: ['KB9'] }, 'patch', ['kb']],
    ['a model', { model: 'Acme 1' }, 'host', ['model']],
    [
      'a site and its relay, which nobody can part',
      { site: 'osaka', relay: 'r-osaka' },
      'relay',
      ['relay', 'site'],
    ],
  ] as const)('%s', (_, own, pattern, traits) => {
    const others = many(80, (index) => ({
      wsus: 'wsus-0',
      model: `Acme ${2 + (index % 4)}`,
      relay: 'r-0',
      ...plain(index),
    }));
    const affected = many(12, (index) => ({ ...plain(index), ...own }));
    const found = patternOf(affected, others);
    expect(found.pattern).toBe(pattern);
    expect(found.shared.map(({ trait }) => trait).toSorted()).toEqual(traits);
  });

  test('a thing that all hosts share explains nothing', () => {
    const one = { 'policy auOptions': '4', wsus: 'w' };
    expect(
      patternOf(
        many(10, () => one),
        many(50, () => one),
      ),
    ).toEqual({ pattern: 'random', shared: [] });
  });

  test('an update that the others installed as well is not to blame', () => {
    const found = patternOf(
      many(10, () => ({ kb: ['KB1'] })),
      many(90, () => ({ kb: ['KB1'] })),
    );
    expect(found.pattern).toBe('random');
  });

  test('too few hosts are no ground for any answer', () => {
    expect(patternOf(many(3, plain), many(2, plain)).pattern).toBe('cannot-tell');
    expect(patternOf(many(20, plain), []).pattern).toBe('cannot-tell');
  });

  test('hosts of which a trait is not known stand on neither side of it', () => {
    const others = [...many(40, (index) => ({ wsus: `w-${index % 4}` })), ...many(40, () => ({}))];
    const [share] = patternOf(
      many(10, () => ({ wsus: 'w-9' })),
      others,
    ).shared;
    expect(share).toMatchObject({ affected: 10, affectedOf: 10, others: 0, othersOf: 40 });
  });
});

/** Deterministic: the same seed, the same fleets. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

test('where a cause strikes at random, fewer than 5 % of 1,000 fleets get a false pattern', () => {
  let wrong = 0;
  for (let seed = 1; seed <= 1000; seed += 1) {
    const random = randomFrom(seed * 7919);
    const pick = (count: number): string => String(Math.floor(random() * count));
    const hosts = Array.from({ length: 60 }, () =>
      host({
        site: pick(6),
        ring: pick(3),
        unit: pick(5),
        build: pick(4),
        model: pick(8),
        wsus: pick(3),
        agent: [pick(3)],
        kb: [pick(6), `b${pick(6)}`],
      }),
    );
    const { pattern } = patternOf(hosts.slice(0, 8), hosts.slice(8));
    if (pattern !== 'random' && pattern !== 'cannot-tell') wrong += 1;
  }
  expect(wrong).toBeLessThan(50);
});
