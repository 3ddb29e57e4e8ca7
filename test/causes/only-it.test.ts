import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readCatalogueFolder } from '../../scripts/catalogue-folder.ts';
import { judgeCase, parseCase } from '../../scripts/labelled-case.ts';
import type { Catalogue } from '../../src/causes/catalogue.ts';
import { diagnose, diagnoseContact } from '../../src/causes/diagnose.ts';
import type { CauseId } from '../../src/core/verdict.ts';
import { examine } from '../../src/facts/examine.ts';
import { evidenceOf, readCases } from './cause-case.ts';

const catalogue = readCatalogueFolder('catalogue');
const UNDECIDED: ReadonlySet<CauseId> = new Set([
  'none',
  'not-enough-evidence',
  'unexplained-failure',
]);

/** What a catalogue says of a case. */
type Judged = (catalogue: Catalogue) => CauseId;

const corpus = ['visible', 'own'].flatMap((folder) =>
  readdirSync(`test/corpus/${folder}`)
    .filter((name) => name.endsWith('.json'))
    .map((name): Judged => {
      const labelled = parseCase(readFileSync(`test/corpus/${folder}/${name}`, 'utf8'));
      return (known) => judgeCase(known, labelled).verdict.cause;
    }),
);
const written = ['cases', 'codes', 'review'].flatMap((folder) =>
  readdirSync(`test/causes/${folder}`).flatMap((file) =>
    readCases(new URL(`${folder}/${file}`, import.meta.url)).map((one): Judged => {
      const { contact } = one;
      if (contact !== undefined)
        return (known) =>
          diagnoseContact(known, { schema: 'evidence/1', host: 'ws-1', contact }).cause;
      const facts = examine(evidenceOf(one), catalogue.knowledge);
      return (known) => diagnose(known, facts).cause;
    }),
  ),
);

const byCause = new Map<CauseId, Judged[]>();
for (const judged of [...corpus, ...written]) {
  const cause = judged(catalogue);
  byCause.set(cause, [...(byCause.get(cause) ?? []), judged]);
}

function without(cause: CauseId): Catalogue {
  const causes = new Map(catalogue.causes);
  causes.delete(cause);
  const fleetSigns = catalogue.fleetSigns.filter(
    (sign) => catalogue.causes.get(cause)?.signs.includes(sign) !== true,
  );
  return { ...catalogue, causes, fleetSigns };
}

describe('every cause explains something that no other explains', () => {
  const withSigns = [...catalogue.causes.values()].filter(({ signs }) => signs.length > 0);
  test.each(withSigns.map(({ cause }) => cause.id))('%s', (id) => {
    const rest = without(id);
    const cases = byCause.get(id) ?? [];
    expect(cases.some((judged) => UNDECIDED.has(judged(rest)))).toBe(true);
  });
});
