import { Environment } from '@marcbachmann/cel-js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCatalogueFolder } from '../../scripts/catalogue-folder.ts';
import { closureOf } from '../../src/causes/closures.ts';
import { compile } from '../../src/causes/conditions.ts';
import { examine } from '../../src/facts/examine.ts';
import { evidenceOf } from '../corpus/cases.ts';

const interpreter = new Environment({ unlistedVariablesAreDyn: true });
const catalogue = readCatalogueFolder('catalogue');

/** What a condition says; `failed` where it cannot be worked out. */
function answer(run: (names: Record<string, unknown>) => unknown, names: Record<string, unknown>) {
  try {
    return run(names) === true;
  } catch {
    return 'failed';
  }
}

describe('a condition as a closure says what the interpreter says', () => {
  const facts = [...evidenceOf('visible'), ...evidenceOf('own')].map(
    (evidence) =>
      examine(evidence, catalogue.knowledge).facts as unknown as Record<string, unknown>,
  );
  const signs = [...catalogue.causes.values()].flatMap(({ cause }) => cause.signs);

  test('for every sign of the catalogue, over every document of the corpus', () => {
    let held = 0;
    const otherwise: string[] = [];
    for (const { when, each } of signs) {
      const [own, theirs] = [compile(when), interpreter.parse(when)];
      for (const all of facts) {
        const holder = each && (all[each.fact] as Record<string, unknown[]>)[each.list];
        const scopes = holder?.map((item) => ({ ...all, [each?.item ?? '']: item })) ?? [all];
        for (const names of scopes) {
          const said = answer(own, names);
          held += said === true ? 1 : 0;
          if (said !== answer(theirs, names)) otherwise.push(when);
        }
      }
    }
    expect(otherwise).toEqual([]);
    expect(held).toBeGreaterThan(1000);
  });

  test('and nearly all of them are closures', () => {
    const ours = signs.filter(({ when }) => closureOf(interpreter.parse(when).ast) !== undefined);
    expect(ours.length / signs.length).toBeGreaterThan(0.95);
  });

  test.each([
    'a > b',
    'a >= b',
    'a < b',
    'a <= b',
    'a == b',
    'a != b',
    'a && b',
    'a || b',
    '!a',
    "a in ['x', 'y']",
    'a in [1.0, 2.0]',
    'a.size() > 1',
    'a.x == b',
    'a.exists(i, i == b)',
    'a.exists(i, i.x > 1.0) || b',
    'a.x && b',
    'b && a.x',
  ])('whatever the values: %s', (when) => {
    const value = fc.oneof(
      fc.boolean(),
      fc.double(),
      fc.constantFrom('x', 'y', ''),
      fc.date({ noInvalidDate: true }),
      fc.array(fc.oneof(fc.boolean(), fc.constantFrom('x'), fc.record({ x: fc.double() }))),
      fc.record({ x: fc.oneof(fc.boolean(), fc.double()) }),
      fc.constant(undefined),
    );
    const [own, theirs] = [compile(when), interpreter.parse(when)];
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(answer(own, { a, b })).toBe(answer(theirs, { a, b }));
      }),
      { numRuns: 500 },
    );
  });
});
